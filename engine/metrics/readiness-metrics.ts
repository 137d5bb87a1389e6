import { Gauge, type Registry } from 'prom-client';
import type { Readiness } from '../http/app.ts';

export type ReadinessSources = {
  /** Knows what `/ready` answers. */
  monitor: { readiness(): Readiness };
  /** The cap of the event log, in bytes. */
  logBytesMax: number;
};

/** Parts of readiness that are stores. Redis has a metric of its own. */
const STORES = ['postgres', 'clickhouse'] as const;

/** Adds what `/ready` says, as numbers, and the cap of the log. */
export function addReadinessMetrics(registry: Registry, sources: ReadinessSources): void {
  new Gauge({
    name: 'trellis_ready',
    help: 'Whether a click that comes now is redirected and recorded, as /ready says: 1 or 0.',
    registers: [registry],
    collect() {
      this.set(sources.monitor.readiness().ready ? 1 : 0);
    },
  });
  new Gauge({
    name: 'trellis_store_up',
    help: 'Whether the engine reaches a store: 1 or 0; absent while it does not know.',
    labelNames: ['store'],
    registers: [registry],
    collect() {
      this.reset();
      const { parts } = sources.monitor.readiness();
      for (const store of STORES) {
        const state = parts[store];
        if (state !== undefined && state !== 'unknown') {
          this.set({ store }, state === 'ok' ? 1 : 0);
        }
      }
    },
  });
  new Gauge({
    name: 'trellis_log_bytes_max',
    help: 'Bytes of the event log at which clicks are no longer recorded.',
    registers: [registry],
    collect() {
      this.set(sources.logBytesMax);
    },
  });
}
