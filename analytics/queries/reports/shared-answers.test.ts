import { expect, it } from 'vitest';
import { SharedAnswers } from './shared-answers.ts';

it('the same question at the same time is asked once, a later one anew', async () => {
  const answers = new SharedAnswers<number>();
  let asked = 0;
  const ask = async () => ++asked;
  const same = [1, 2, 3].map(() => answers.get('org_a', { metrics: ['clicks'] }, ask));
  const others = [
    answers.get('org_b', { metrics: ['clicks'] }, ask),
    answers.get('org_a', { metrics: ['bots'] }, ask),
  ];
  expect(await Promise.all([...same, ...others])).toEqual([1, 1, 1, 2, 3]);
  expect(await answers.get('org_a', { metrics: ['clicks'] }, ask)).toBe(4);
});

it('a failure reaches all who share it and is forgotten', async () => {
  const answers = new SharedAnswers<number>();
  const fail = async () => {
    throw new Error('down');
  };
  const results = await Promise.allSettled([
    answers.get('org_a', 1, fail),
    answers.get('org_a', 1, fail),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await answers.get('org_a', 1, async () => 7)).toBe(7);
});
