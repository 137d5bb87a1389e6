import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { addReadinessMetrics } from './readiness-metrics.ts';

/** The samples when `/ready` answers this. */
async function samples(ready: boolean, parts: Record<string, string>): Promise<string[]> {
  const registry = new Registry();
  addReadinessMetrics(registry, {
    monitor: { readiness: () => ({ ready, parts }) },
    logBytesMax: 1_000,
  });
  const lines = (await registry.metrics()).split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

it('a ready engine that reaches its stores is 1 everywhere', async () => {
  expect(await samples(true, { postgres: 'ok', clickhouse: 'ok', redis: 'unreachable' })).toEqual([
    'trellis_ready 1',
    'trellis_store_up{store="postgres"} 1',
    'trellis_store_up{store="clickhouse"} 1',
    'trellis_log_bytes_max 1000',
  ]);
});

it('a store that is away is 0 and leaves the engine ready', async () => {
  const lines = await samples(true, { postgres: 'unreachable', clickhouse: 'ok' });
  expect(lines).toContain('trellis_store_up{store="postgres"} 0');
  expect(lines).toContain('trellis_ready 1');
});

it('what is not known yet has no sample, so that no alert takes it for down', async () => {
  const lines = await samples(false, { postgres: 'unknown', clickhouse: 'unknown' });
  expect(lines).toEqual(['trellis_ready 0', 'trellis_log_bytes_max 1000']);
});
