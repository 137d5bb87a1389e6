import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { createLogger } from '../../core/logger.ts';
import { createTestClickHouse, createTestDatabase } from '../../test/stores.ts';
import { type Ledger, startLedger } from './start-ledger.ts';
import { Nodes } from './test-nodes.ts';
import { makeConversion, writeConversions } from './test-support.ts';

let nodes: Nodes;
let directory: string;
let registry: Registry;
let ledger: Ledger;

beforeEach(async () => {
  nodes = new Nodes(await createTestDatabase(), await createTestClickHouse());
  directory = mkdtempSync(join(tmpdir(), 'trellis-ledger-'));
  registry = new Registry();
  ledger = startLedger({
    pool: nodes.database.pool,
    clickhouse: nodes.clickhouse.client,
    directory,
    clock: systemClock,
    registry,
    logger: createLogger('test-ledger'),
    deadLetter: async () => 'stored',
    claimLimits: { deadlineMs: 10_000, batchMsMax: 10_000 },
  });
});

afterEach(async () => {
  await ledger.stop();
  await nodes.close();
  rmSync(directory, { recursive: true });
});

test('an accepted conversion with a known click is in ClickHouse within moments', async () => {
  await nodes.insertClick({ event_id: 'evt_c1', click_id: 'fb_123abc', source: 'facebook' });
  const conversion = makeConversion();
  expect(await ledger.claims.claim(conversion)).toBe('accepted');
  expect(await ledger.claims.claim(makeConversion())).toBe('duplicate');
  const isPublished = async () =>
    expect(await nodes.eventRows(conversion.event_id)).toEqual([
      expect.objectContaining({ source: 'facebook', conversion_value: '99.99' }),
    ]);
  await vi.waitFor(isPublished, { timeout: 10_000, interval: 20 });
  const metrics = await registry.metrics();
  expect(metrics).toContain('trellis_conversion_claims_total{outcome="accepted"} 1');
  expect(metrics).toContain('trellis_conversion_claims_total{outcome="duplicate"} 1');
  // Counted once ClickHouse has acknowledged the row, which may be read before that.
  const isCounted = async () =>
    expect(await registry.metrics()).toContain(
      'trellis_conversions_published_total{match="matched"} 1',
    );
  await vi.waitFor(isCounted, { timeout: 10_000, interval: 20 });
});

test('a conversion that only the log knows reaches both stores once', async () => {
  await nodes.insertClick({ event_id: 'evt_c1', click_id: 'fb_123abc' });
  const conversion = makeConversion();
  writeConversions(directory, [conversion, makeConversion()]);
  await vi.waitFor(
    async () => expect(await nodes.countPerEvent()).toEqual({ [conversion.event_id]: 1 }),
    { timeout: 10_000, interval: 50 },
  );
  expect(readdirSync(join(directory, '0'))).toEqual([]);
  expect(await ledger.claims.claim(conversion)).toBe('accepted');
});

test('a replayed dead letter reaches ClickHouse once, however often it is replayed', async () => {
  await nodes.insertClick({ event_id: 'evt_c1', click_id: 'fb_123abc' });
  const conversion = makeConversion();
  await ledger.apply(conversion);
  await ledger.apply(conversion);
  await vi.waitFor(
    async () => expect(await nodes.countPerEvent()).toEqual({ [conversion.event_id]: 1 }),
    { timeout: 10_000, interval: 50 },
  );
  const unstorable = makeConversion({ order_id: '2', metadata: { note: '\u0000' } });
  await expect(ledger.apply(unstorable)).rejects.toMatchObject({ code: 'conversion_refused' });
});
