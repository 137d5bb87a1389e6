import { afterEach, beforeEach, expect, test } from 'vitest';
import { FRAUD_DEFINITION_VERSION } from '../../core/fraud/definition.ts';
import { createTestClickHouse, createTestDatabase } from '../../test/stores.ts';
import { Nodes } from './test-nodes.ts';
import { makeConversion } from './test-support.ts';

let nodes: Nodes;

beforeEach(async () => {
  nodes = new Nodes(await createTestDatabase(), await createTestClickHouse());
});

afterEach(() => nodes.close());

/** A click and conversions so many ms after it; their fraud columns by order id. */
async function fraudOf(
  click: Record<string, unknown>,
  elapsedMs: readonly number[],
): Promise<Record<string, unknown>> {
  const clickedAtMs = nodes.clock.nowMs() - 600_000;
  await nodes.insertClick({
    event_id: 'evt_c1',
    click_id: 'fb_123abc',
    event_time_ms: clickedAtMs,
    ...click,
  });
  await nodes.record(
    elapsedMs.map((ms) =>
      makeConversion({ order_id: String(ms), received_at_ms: clickedAtMs + ms }),
    ),
  );
  await nodes.round();
  return conversions();
}

async function conversions(): Promise<Record<string, unknown>> {
  const rows = await nodes.query<{ order_id: string } & Record<string, unknown>>(
    `SELECT order_id, fraud_score, fraud_reasons, fraud_version FROM events
     WHERE event_type = 'purchase' ORDER BY order_id`,
  );
  return Object.fromEntries(
    rows.map(({ order_id, fraud_score, fraud_reasons, fraud_version }) => [
      order_id,
      [Number(Number(fraud_score).toFixed(3)), fraud_reasons, fraud_version],
    ]),
  );
}

const version = FRAUD_DEFINITION_VERSION;

test('a conversion less than five seconds after its click says so, others do not', async () => {
  expect(await fraudOf({}, [2_000, 4_999, 5_000, 90_000])).toEqual({
    2000: [0.85, ['quick_conversion'], version],
    4999: [0.85, ['quick_conversion'], version],
    5000: [0, [], 0],
    90000: [0, [], 0],
  });
});

test("what was known of the click is kept, and the click's row is not touched", async () => {
  const click = { fraud_score: 0.5, fraud_reasons: ['single_agent'], fraud_version: version };
  expect(await fraudOf(click, [2_000])).toEqual({
    2000: [0.925, ['single_agent', 'quick_conversion'], version],
  });
  expect(await nodes.eventRows('evt_c1')).toEqual([
    expect.objectContaining({ fraud_score: 0.5, fraud_reasons: ['single_agent'] }),
  ]);
});

test('an organisation sets how quick is too quick', async () => {
  await nodes.database.pool.query(
    `INSERT INTO organizations (organization_id, name, fraud)
     VALUES ('org_acmecorp', 'Acme', '{"quick_conversion_ms": 60000}')`,
  );
  expect(await fraudOf({}, [59_999, 60_000])).toEqual({
    59999: [0.85, ['quick_conversion'], version],
    60000: [0, [], 0],
  });
});

test('an organisation without fraud detection has none', async () => {
  await nodes.database.pool.query(
    `INSERT INTO organizations (organization_id, name, fraud)
     VALUES ('org_acmecorp', 'Acme', '{"enabled": false}')`,
  );
  expect(await fraudOf({}, [1])).toEqual({ 1: [0, [], 0] });
});

test('a conversion that came before its click was stored is corrected', async () => {
  const receivedAtMs = nodes.clock.nowMs() - 6_000;
  await nodes.record([makeConversion({ order_id: 'late', received_at_ms: receivedAtMs })]);
  await nodes.round();
  expect(await conversions()).toEqual({ late: [0, [], 0] });
  await nodes.insertClick({
    event_id: 'evt_c1',
    click_id: 'fb_123abc',
    event_time_ms: receivedAtMs - 2_000,
  });
  nodes.clock.advance(2_000);
  await nodes.round();
  expect(await conversions()).toEqual({ late: [0.85, ['quick_conversion'], version] });
});
