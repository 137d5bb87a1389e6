import { Counter, Gauge, type Registry } from 'prom-client';
import { REDIS_ERROR_KINDS } from './error-kind.ts';
import type { FraudStore } from './fraud-store.ts';

/** Adds `trellis_redis_up` and `trellis_redis_errors_total` to a registry. */
export function registerRedisMetrics(registry: Registry, store: FraudStore): void {
  new Gauge({
    name: 'trellis_redis_up',
    help: 'Whether Redis takes what is written to it: 1 or 0.',
    registers: [registry],
    collect() {
      this.set(store.status === 'ok' ? 1 : 0);
    },
  });
  new Counter({
    name: 'trellis_redis_errors_total',
    help: 'Failures of Redis by kind.',
    labelNames: ['kind'],
    registers: [registry],
    collect() {
      this.reset();
      for (const kind of REDIS_ERROR_KINDS) {
        this.inc({ kind }, store.errorCount(kind));
      }
    },
  });
}
