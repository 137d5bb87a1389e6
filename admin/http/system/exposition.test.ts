import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { readConfig } from '../../../core/config.ts';
import { Exposition } from './exposition.ts';
import { installationOf } from './installation.ts';

it('sums a metric over its labels, as the client library writes them', async () => {
  const registry = new Registry();
  const registers = [registry];
  const dropped = new Counter({
    ...{ name: 'dropped_total', help: 'Has {braces} 7', labelNames: ['reason'], registers },
  });
  dropped.inc({ reason: 'a } 5 "' }, 3);
  dropped.inc({ reason: 'b' }, 2e21);
  new Gauge({ name: 'oldest_seconds', help: '.', registers }).set(-1.5);
  new Gauge({ name: 'unset', help: '.', registers }).set(Number.NaN);
  new Histogram({ name: 'took', help: '.', buckets: [1], registers }).observe(0.25);
  const exposition = new Exposition(await registry.metrics());
  expect(exposition.sum('dropped_total')).toBe(2e21);
  expect(exposition.sum('oldest_seconds')).toBe(-1.5);
  expect(exposition.sum('took_count')).toBe(1);
  expect(exposition.sum('took_sum')).toBe(0.25);
  expect(exposition.sum('unset')).toBe(0);
  expect(exposition.sum('nowhere')).toBe(0);
});

it.each([
  ['127.0.0.1', '127.0.0.1'],
  ['0.0.0.0', '127.0.0.1'],
  ['192.0.2.7', '192.0.2.7'],
  ['::', '[::1]'],
  ['2001:db8::7', '[2001:db8::7]'],
])('an engine that listens on %s is asked at %s', (listening, asked) => {
  const config = readConfig({ TRELLIS_HOST: listening, REDIS_URL: 'redis://r' });
  expect(installationOf(config)).toEqual({
    engine: { metrics: `http://${asked}:9464/metrics`, ready: `http://${asked}:8080/ready` },
    redisUrl: 'redis://r',
  });
});
