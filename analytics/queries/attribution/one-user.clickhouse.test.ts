import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestClickHouse, type TestClickHouse } from '../../../test/stores.ts';
import { attributeOneUser, type OneUserOptions } from './one-user.ts';
import {
  conversionRow,
  exampleJourney,
  insertEvents,
  ORGANIZATION,
  touchRow,
} from './test-journeys.ts';

let store: TestClickHouse;
beforeAll(async () => {
  store = await createTestClickHouse();
});
afterAll(() => store.drop());

function attribute(userId: string, changes: Partial<OneUserOptions> = {}) {
  return attributeOneUser(store.client, {
    organizationId: ORGANIZATION,
    userId,
    range: undefined,
    model: 'linear',
    lookbackDays: 30,
    halfLifeDays: 7,
    directWeight: 1,
    rates: { reportingCurrency: 'USD', rates: new Map() },
    ...changes,
  });
}

it('credits the journey of the practical example as it says there', async () => {
  await insertEvents(store.client, exampleJourney());
  const answer = await attribute('usr_customer123', {
    model: 'time_decay',
    halfLifeDays: 3.6,
    directWeight: 0.714,
  });
  expect(answer.touchpoints.map(({ source, campaign }) => [source, campaign])).toEqual([
    ['facebook', 'summer_awareness'],
    ['google', null],
    ['email', 'june_promo'],
    ['direct', null],
  ]);
  for (const [index, percent] of [15, 25, 35, 25].entries()) {
    expect(Math.abs((answer.touchpoints[index]?.percent ?? 0) - percent)).toBeLessThanOrEqual(2);
  }
  expect(answer.touchpoints.reduce((sum, { units }) => sum + units, 0n)).toBe(1_499_900n);
  expect(answer.totalUnits).toBe(1_499_900n);
});

it("knows nothing of another organisation's user", async () => {
  await insertEvents(store.client, exampleJourney('usr_shared'));
  const answer = await attribute('usr_shared', { organizationId: 'org_other' });
  expect(answer).toMatchObject({ touchpoints: [], conversions: [], totalUnits: 0n });
});

it('counts clicks of people that were not blocked, visits that arrived from somewhere, and nothing else', async () => {
  const user = { user_id: 'usr_kinds' };
  const visit = (at: string, changes: Record<string, string | boolean | null>) =>
    touchRow(at, { ...user, event_type: 'pageview', ...changes });
  await insertEvents(store.client, [
    touchRow('2024-06-01T00:00:00Z', { ...user, source: 'facebook' }),
    touchRow('2024-06-02T00:00:00Z', { ...user, source: 'robot', is_bot: true }),
    touchRow('2024-06-02T01:00:00Z', { ...user, source: 'attacker', is_blocked: true }),
    visit('2024-06-03T00:00:00Z', { source: 'google' }),
    visit('2024-06-04T00:00:00Z', { source: 'direct' }),
    visit('2024-06-05T00:00:00Z', { source: 'facebook', click_id: 'of_the_click' }),
    touchRow('2024-06-07T00:00:00Z', { ...user, source: 'after' }),
    conversionRow('2024-06-06T00:00:00Z', '10', { ...user, source: 'facebook' }),
  ]);
  const answer = await attribute('usr_kinds');
  expect(answer.touchpoints.map(({ source }) => source)).toEqual(['facebook', 'google']);
});

it('gives a conversion without a user to the user of its click', async () => {
  await insertEvents(store.client, [
    touchRow('2024-06-01T00:00:00Z', { user_id: 'usr_by_click', click_id: 'fb_777' }),
    conversionRow('2024-06-02T00:00:00Z', '20', { user_id: '', click_id: 'fb_777' }),
    conversionRow('2024-06-03T00:00:00Z', '30', { user_id: 'usr_by_click', click_id: 'fb_777' }),
  ]);
  const answer = await attribute('usr_by_click');
  expect(answer.conversions.map(({ units }) => units)).toEqual([200_000n, 300_000n]);
});

it('converts money with the rates there are, and says what it could not convert', async () => {
  const user = { user_id: 'usr_money' };
  await insertEvents(store.client, [
    touchRow('2024-06-01T00:00:00Z', user),
    conversionRow('2024-06-02T00:00:00Z', '10', { ...user, conversion_currency: 'EUR' }),
    conversionRow('2024-06-02T01:00:00Z', '5000', { ...user, conversion_currency: 'JPY' }),
    conversionRow('2024-06-02T02:00:00Z', '700', { ...user, conversion_currency: 'JPY' }),
  ]);
  const rates = { reportingCurrency: 'USD', rates: new Map([['EUR', '1.08345']]) };
  const answer = await attribute('usr_money', { rates });
  expect(answer.totalUnits).toBe(108_345n);
  expect(answer.unconverted).toEqual([{ currency: 'JPY', value: '5700' }]);
  expect(answer.touchpoints[0]?.units).toBe(108_345n);
});

it('takes only the conversions of a range, with touchpoints from before it', async () => {
  const user = { user_id: 'usr_range' };
  await insertEvents(store.client, [
    touchRow('2024-05-20T00:00:00Z', { ...user, source: 'google' }),
    conversionRow('2024-05-31T23:59:59.999Z', '1', user),
    conversionRow('2024-06-01T00:00:00Z', '2', user),
    conversionRow('2024-06-02T00:00:00Z', '4', user),
  ]);
  const range = { startMs: Date.parse('2024-06-01'), endMs: Date.parse('2024-06-02') };
  const answer = await attribute('usr_range', { range });
  expect(answer.totalUnits).toBe(20_000n);
  expect(answer.touchpoints.map(({ source }) => source)).toEqual(['google']);
});

it('treats a click that was given a conversion by hand as both', async () => {
  await insertEvents(store.client, [
    {
      ...conversionRow('2024-06-02T00:00:00Z', '99.99', { user_id: 'usr_by_hand' }),
      event_type: 'click',
    },
  ]);
  const answer = await attribute('usr_by_hand');
  expect(answer.touchpoints).toMatchObject([{ units: 999_900n, percent: 100 }]);
});
