import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createLogger } from '../core/logger.ts';
import { UPKEEP_LIMITS } from '../stores/clickhouse/upkeep/due-rewriting.ts';
import { readEventsState } from '../stores/clickhouse/upkeep/table-state.ts';
import { createTestClickHouse, type TestClickHouse } from '../test/stores.ts';
import { type EventsUpkeep, startEventsUpkeep } from './events-upkeep.ts';

const LIMITS = {
  ...UPKEEP_LIMITS,
  ...{ rowsUnbuiltMin: 1_000, settleSeconds: 0, quietSeconds: 0, patchRowsMax: 10 },
};

let store: TestClickHouse;
let upkeep: EventsUpkeep | undefined;

beforeEach(async () => {
  store = await createTestClickHouse();
});
afterEach(async () => {
  await upkeep?.stop(10_000);
  upkeep = undefined;
  await store.drop();
});

function start(): void {
  upkeep = startEventsUpkeep({
    clickhouse: store.client,
    logger: createLogger('test', 'silent'),
    limits: LIMITS,
    checkMs: 20,
  });
}

function insertClicks(count: number): Promise<unknown> {
  return store.client.command({
    query: `INSERT INTO events (organization_id, event_id, event_time, event_type, campaign_id)
      SELECT 'org_acme', toString(number), toDateTime64('2024-05-01 00:00:00', 3, 'UTC') + number,
        'click', 'campaign' FROM numbers(${count})`,
  });
}

const state = () => readEventsState(store.client, LIMITS);

it('builds the sums of a large import, which no merge has built', async () => {
  await insertClicks(5_000);
  expect(await state()).toMatchObject({ rows: 5_000, rowsUnbuilt: 5_000, rowsLongUnbuilt: 5_000 });
  start();
  await vi.waitFor(async () => expect(await state()).toMatchObject({ rowsUnbuilt: 0 }), 25_000);
});

it('writes many changes into the rows, and does not take those for changes that wait', async () => {
  await insertClicks(5_000);
  const change = (count: number) =>
    store.client.command({
      query: `UPDATE events SET rule_id = 'r${count}'
        WHERE organization_id = 'org_acme' AND toUInt32(event_id) < ${count}`,
    });
  await change(5);
  await change(20);
  expect(await state()).toMatchObject({ patchesWaiting: 2, patchRows: 25 });
  start();
  await vi.waitFor(
    async () => expect(await state()).toMatchObject({ patchesWaiting: 0, mutationsOpen: 0 }),
    25_000,
  );
  // What is inserted afterwards is older than no change.
  await insertClicks(10);
  expect(await state()).toMatchObject({ patchesWaiting: 0, patchRows: 0 });
  await change(1);
  expect(await state()).toMatchObject({ patchesWaiting: 1, patchRows: 2 });
});
