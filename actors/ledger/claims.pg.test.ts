import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ConversionRecord } from '../../core/conversion.ts';
import { createPostgres } from '../../stores/postgres/client.ts';
import { createTestDatabase, type TestDatabase } from '../../test/stores.ts';
import { type ClaimOutcome, type ClaimsOptions, ConversionClaims } from './claims.ts';
import { insertConversions } from './insert-conversions.ts';
import { makeConversion, TestProxy } from './test-support.ts';

let database: TestDatabase;
let proxy: TestProxy;
const closers: Array<() => Promise<void>> = [];

beforeEach(async () => {
  database = await createTestDatabase();
  const { hostname, port } = new URL(database.url);
  proxy = new TestProxy({ host: hostname, port: Number(port) });
  await proxy.open();
});

afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
  await proxy.close();
  await database.drop();
});

/** A pool that reaches PostgreSQL through the proxy, as another node's would. */
function openPool(): pg.Pool {
  const url = new URL(database.url);
  url.port = String(proxy.port);
  const pool = createPostgres({
    url: url.href,
    maxConnections: 4,
    applicationName: 'trellis-test-claims',
    connectTimeoutMs: 1_000,
  });
  closers.push(() => pool.end());
  return pool;
}

function openClaims(options: Partial<ClaimsOptions> = {}): ConversionClaims {
  const pool = openPool();
  const claims = new ConversionClaims({
    insert: (records) => insertConversions(pool, records, 2_000),
    probe: async () => {
      await pool.query({ text: 'SELECT 1', query_timeout: 500 } as pg.QueryConfig);
    },
    onAccepted: () => undefined,
    onOutcome: () => undefined,
    onCircuit: () => undefined,
    ...options,
    // What is tested here must not depend on how busy the machine is.
    limits: { deadlineMs: 10_000, batchMsMax: 10_000, ...options.limits },
  });
  closers.unshift(async () => claims.stop());
  return claims;
}

function countOf(outcomes: ClaimOutcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

async function ledgerRows() {
  const { rows } = await database.pool.query<{ receipt_id: string; conversion_value: string }>(
    'SELECT receipt_id, conversion_value FROM conversions ORDER BY id',
  );
  return rows;
}

describe('claims', () => {
  test('of 100 equal postbacks at once on two nodes exactly one is accepted', async () => {
    const nodes = [openClaims(), openClaims()];
    await Promise.all(nodes.map((node) => node.claim(makeConversion({ click_id: 'warm-up' }))));
    const records = Array.from({ length: 100 }, () => makeConversion());
    const outcomes = await Promise.all(
      records.map((record, index) => nodes[index % 2]?.claim(record) ?? 'unavailable'),
    );
    expect(countOf(outcomes)).toEqual({ accepted: 1, duplicate: 99 });
    const winner = records[outcomes.indexOf('accepted')];
    expect((await ledgerRows()).map((row) => row.receipt_id)).toContain(winner?.receipt_id);
  });

  test('of the same keys in opposite order on two nodes give one winner per key', async () => {
    const keys = Array.from({ length: 200 }, (_, index) => `click-${index}`);
    const recordsOf = (ids: string[]) => ids.map((click_id) => makeConversion({ click_id }));
    const [first, second] = [openClaims(), openClaims()];
    const outcomes = await Promise.all([
      ...recordsOf(keys).map((record) => first.claim(record)),
      ...recordsOf([...keys].reverse()).map((record) => second.claim(record)),
    ]);
    expect(countOf(outcomes)).toEqual({ accepted: 200, duplicate: 200 });
  });

  test('of a record whose receipt the ledger has already is accepted again', async () => {
    const claims = openClaims();
    const record = makeConversion();
    expect(await claims.claim(record)).toBe('accepted');
    expect(await claims.claim(record)).toBe('accepted');
    expect(await claims.claim(makeConversion())).toBe('duplicate');
  });

  test('keep the first amount, whatever a repeat says', async () => {
    const claims = openClaims();
    await claims.claim(makeConversion({ conversion_value: '12345678901234.5678' }));
    await claims.claim(makeConversion({ conversion_value: '1' }));
    expect((await ledgerRows()).map((row) => row.conversion_value)).toEqual([
      '12345678901234.5678',
    ]);
  });

  test('of one record that PostgreSQL refuses do not harm the others of its batch', async () => {
    const claims = openClaims();
    const records: ConversionRecord[] = Array.from({ length: 9 }, (_, index) =>
      makeConversion({ click_id: `click-${index}` }),
    );
    records[4] = makeConversion({ click_id: 'nul', metadata: { note: '\u0000' } });
    const outcomes = await Promise.all(records.map((record) => claims.claim(record)));
    expect(countOf(outcomes)).toEqual({ accepted: 8, unavailable: 1 });
    expect(claims.isOpen).toBe(false);
  });

  test('wake the publisher only for rows that are new', async () => {
    const onAccepted = vi.fn();
    const claims = openClaims({ onAccepted });
    await claims.claim(makeConversion());
    await claims.claim(makeConversion());
    expect(onAccepted).toHaveBeenCalledTimes(1);
  });
});

describe('without PostgreSQL', () => {
  test('claims fail at once after the first, and work again after it is back', async () => {
    const circuit: boolean[] = [];
    const claims = openClaims({
      onCircuit: ({ open }) => circuit.push(open),
      limits: { probeIntervalMs: 20 },
    });
    expect(await claims.claim(makeConversion({ click_id: 'before' }))).toBe('accepted');
    await proxy.close();
    expect(await claims.claim(makeConversion({ click_id: 'during' }))).toBe('unavailable');
    expect(claims.isOpen).toBe(true);
    const startedAtMs = performance.now();
    expect(await claims.claim(makeConversion({ click_id: 'during' }))).toBe('unavailable');
    expect(performance.now() - startedAtMs).toBeLessThan(5_000);
    await proxy.open();
    await vi.waitFor(() => expect(claims.isOpen).toBe(false), { timeout: 5_000, interval: 10 });
    expect(await claims.claim(makeConversion({ click_id: 'during' }))).toBe('accepted');
    expect(circuit).toEqual([true, false]);
  });

  test('a mute PostgreSQL costs a claim its deadline, and later ones nothing', async () => {
    const durations: number[] = [];
    const claims = openClaims({
      onOutcome: (_outcome, durationMs) => durations.push(durationMs),
      limits: { deadlineMs: 1_000, batchMsMax: 1_200 },
    });
    expect(await claims.claim(makeConversion())).toBe('accepted');
    proxy.stall(true);
    expect(await claims.claim(makeConversion({ click_id: 'other' }))).toBe('unavailable');
    await vi.waitFor(() => expect(claims.isOpen).toBe(true), { timeout: 5_000, interval: 5 });
    expect(await claims.claim(makeConversion({ click_id: 'third' }))).toBe('unavailable');
    expect(durations[1]).toBeGreaterThan(950);
    expect(durations[2]).toBeLessThan(500);
    proxy.stall(false);
  });

  test('no more claims wait than are allowed', async () => {
    const claims = openClaims({ limits: { waitingMax: 10 } });
    proxy.stall(true);
    const claimed = Array.from({ length: 12 }, (_, index) =>
      claims.claim(makeConversion({ click_id: `click-${index}` })),
    );
    const refusedAtOnce = Promise.all(claimed.slice(10));
    expect(await refusedAtOnce).toEqual(['unavailable', 'unavailable']);
    claims.stop();
    expect(countOf(await Promise.all(claimed))).toEqual({ unavailable: 12 });
    proxy.stall(false);
  });
});
