import { afterAll, beforeAll, expect, it } from 'vitest';
import { Random } from '../../../core/rules/testing/random.ts';
import { createTestClickHouse, type TestClickHouse } from '../../../test/stores.ts';
import { queryRows } from '../reports/run-query.ts';
import { insertClicks, type TestClick } from './test-clicks.ts';
import { STEP_MS, WINDOW_MS, windowsSql } from './windows-sql.ts';

const START_MS = Date.UTC(2026, 0, 15, 12, 3, 7);
const SPAN_MS = 6 * WINDOW_MS;
const random = new Random(5);

let store: TestClickHouse;
let clicks: TestClick[];

beforeAll(async () => {
  store = await createTestClickHouse();
  clicks = randomClicks();
  await insertClicks(store.client, 'org_acme', clicks);
  await insertClicks(store.client, 'org_other', clicks.slice(0, 50));
});
afterAll(() => store.drop());

/** Addresses of different habits: evenly, in bursts, once, across hours. */
function randomClicks(): TestClick[] {
  return Array.from({ length: 200 }, (_, number) => {
    const count = random.pick([1, 2, 5, 40, 200]);
    const pauseMs = random.pick([0, 200, 1_000, 20_000, 400_000, 4_000_000]);
    const isEven = random.chance(0.3);
    let atMs = START_MS + random.below(SPAN_MS);
    return Array.from({ length: count }, (): TestClick => {
      atMs += isEven ? pauseMs : random.below(2 * pauseMs + 1);
      return {
        atMs,
        ip: `203.0.113.${number}`,
        agent: `agent ${random.below(1 + (number % 4) * 3)}`,
        ...(random.chance(0.2) ? { clickId: `again ${random.below(3)}` } : {}),
        isBot: random.chance(0.1),
      };
    });
  })
    .flat()
    .filter(({ atMs }) => atMs < START_MS + SPAN_MS);
}

type WindowRow = {
  address: string;
  step: number;
  step_clicks: number;
  clicks: number;
  bots: number;
  agents: number;
  click_ids: number;
  mean_interval_ms: number;
  interval_variation: number;
};

/** The window of an address that ends with a step, click by click. */
function windowOf(address: string, step: number): Omit<WindowRow, 'click_ids'> {
  const stepOf = ({ atMs }: TestClick) => Math.floor((atMs - START_MS) / STEP_MS);
  const own = clicks
    .filter((click) => click.ip === address && stepOf(click) <= step && stepOf(click) > step - 12)
    .sort((a, b) => a.atMs - b.atMs);
  const pauses = own.slice(1).map((click, at) => click.atMs - (own[at]?.atMs ?? 0));
  const mean = pauses.reduce((sum, pause) => sum + pause, 0) / Math.max(1, pauses.length);
  const variance =
    pauses.reduce((sum, pause) => sum + (pause - mean) ** 2, 0) / Math.max(1, pauses.length);
  return {
    address,
    step,
    step_clicks: own.filter((click) => stepOf(click) === step).length,
    clicks: own.length,
    bots: own.filter((click) => click.isBot === true).length,
    agents: new Set(own.map((click) => click.agent)).size,
    mean_interval_ms: mean,
    interval_variation: mean === 0 ? 0 : Math.sqrt(variance) / mean,
  };
}

it('sums each hour of an address up as a model does that looks at every click', async () => {
  const rows = await queryRows<WindowRow>(store.client, {
    organizationId: 'org_acme',
    sql: `SELECT * FROM (${windowsSql(1)}) ORDER BY address, step`,
    params: { start_ms: START_MS, end_ms: START_MS + SPAN_MS },
  });
  expect(rows.length).toBeGreaterThan(300);
  expect(rows.reduce((sum, row) => sum + row.step_clicks, 0)).toBe(clicks.length);
  for (const row of rows) {
    const { mean_interval_ms, interval_variation, ...counts } = windowOf(row.address, row.step);
    expect(row).toMatchObject(counts);
    expect(row.mean_interval_ms).toBeCloseTo(mean_interval_ms, 4);
    expect(row.interval_variation).toBeCloseTo(interval_variation, 3);
  }
});
