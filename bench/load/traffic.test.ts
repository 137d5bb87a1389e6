import { expect, it } from 'vitest';
import { firstVisitorOf, makeVisits, requestTemplates, requestText, visitorOf } from './traffic.ts';

const [visit] = makeVisits(1);
const [template] = requestTemplates(makeVisits(1));
const addressOf = (text: string) => /x-forwarded-for: (.*)\r\n\r\n$/.exec(text)?.[1];

it('a request is complete, and its first visitor has the address of the visit', () => {
  const text = template === undefined ? '' : requestText(template, 'c1');
  expect(text).toMatch(/^GET \/in\/summer_sale\?click_id=c1&/);
  expect(addressOf(text)).toBe(visit?.headers['x-forwarded-for']);
});

it('a visitor clicks three times, and then it is another one', () => {
  const addresses = [0, 1, 2, 3, 5, 6].map((repetition) =>
    template === undefined ? '' : addressOf(requestText(template, 'c', visitorOf(0, repetition))),
  );
  expect(new Set(addresses.slice(0, 3)).size).toBe(1);
  expect(addresses[3]).not.toBe(addresses[2]);
  expect(addresses[4]).toBe(addresses[3]);
  expect(new Set(addresses).size).toBe(3);
});

it('runs with different prefixes have different visitors', () => {
  expect(firstVisitorOf('wrk1-')).not.toBe(firstVisitorOf('wrk2-'));
});
