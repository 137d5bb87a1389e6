import { Counter, collectDefaultMetrics, Gauge, type MetricObject, Registry } from 'prom-client';
import { OUTCOMES, type Outcome } from '../../actors/mailbox/layout.ts';
import type { ActorCounters } from '../../actors/pool/actor-counters.ts';
import type { ActorPool } from '../../actors/pool/actor-pool.ts';
import { FRAUD_PATTERNS } from '../../core/fraud/detection.ts';
import { DURATION_BUCKETS, type EngineCounters } from './engine-counters.ts';
import { addReadinessMetrics, type ReadinessSources } from './readiness-metrics.ts';

/** Counters of actor threads that are shown as one number, by metric. */
const FRAUD_COUNTERS = [
  ['trellis_fraud_blocked_clicks_total', 'fraud_blocked_clicks', 'Clicks of blocked addresses.'],
  [
    'trellis_fraud_evictions_total',
    'fraud_evictions',
    'Windows that were given up because there are more addresses than room.',
  ],
  [
    'trellis_fraud_detections_dropped_total',
    'fraud_detections_dropped',
    'Detections that were put off because one batch of requests had too many.',
  ],
  [
    'trellis_blocks_rejected_total',
    'blocks_rejected',
    'Blocks that are not in force because their organisation has too many.',
  ],
] as const;

const FRAUD_GAUGES = [
  ['trellis_fraud_addresses', 'fraud_addresses', 'Addresses that have a window.'],
  [
    'trellis_blocks_active',
    'blocks_active',
    'Blocked addresses and networks of all organisations.',
  ],
] as const;

const CLICK_ROUTES = ['/in'];
const POSTBACK_ROUTES = ['/postback'];
const POSTBACK_OUTCOMES: readonly Outcome[] = ['accepted', 'duplicate', 'rejected', 'unavailable'];

/** Everything that the metrics of the main thread are read from. */
export type MetricSources = {
  counters: EngineCounters;
  pool: ActorPool;
  /** The counters of each actor thread, by shard. */
  actors: ActorCounters[];
} & ReadinessSources;

/**
 * The Prometheus metrics of the main and the actor threads. They are kept in plain arrays and copied
 * here when somebody asks, so that counting costs the redirect path next to nothing.
 */
export function createEngineRegistry(sources: MetricSources): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  addTrafficMetrics(registry, sources);
  addActorMetrics(registry, sources);
  addFraudMetrics(registry, sources);
  addReadinessMetrics(registry, sources);
  return registry;
}

function addTrafficMetrics(registry: Registry, { counters }: MetricSources): void {
  new Counter({
    name: 'trellis_http_requests_total',
    help: 'Answers of the data plane.',
    labelNames: ['route', 'status'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { route, status, count } of counters.answers()) {
        this.inc({ route, status }, count);
      }
    },
  });
  new Counter({
    name: 'trellis_clicks_total',
    help: 'Clicks by what became of them.',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      this.reset();
      for (const outcome of OUTCOMES) {
        if (!POSTBACK_OUTCOMES.includes(outcome) && outcome !== 'recorded') {
          this.inc({ outcome }, counters.outcome(CLICK_ROUTES, outcome));
        }
      }
      this.inc({ outcome: 'mailbox_full' }, counters.extra('clicks_mailbox_full'));
      this.inc({ outcome: 'unknown_organization' }, counters.extra('clicks_unknown_organization'));
    },
  });
  new Counter({
    name: 'trellis_postbacks_total',
    help: 'Postbacks by what became of them.',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      this.reset();
      for (const outcome of POSTBACK_OUTCOMES) {
        this.inc({ outcome }, counters.outcome(POSTBACK_ROUTES, outcome));
      }
      this.inc({ outcome: 'unauthorized' }, counters.extra('postbacks_unauthorized'));
    },
  });
  registry.registerMetric(redirectDurations(counters) as unknown as Counter);
}

/** The redirect histogram in the form in which prom-client prints any metric. */
function redirectDurations(counters: EngineCounters) {
  const name = 'trellis_redirect_duration_seconds';
  return {
    name,
    get: async (): Promise<MetricObject> => {
      let sum = 0;
      const values = [...DURATION_BUCKETS, '+Inf' as const].map((le, index) => {
        sum += counters.durationCounts[index] as number;
        return { value: sum, labels: { le }, metricName: `${name}_bucket` };
      });
      return {
        name,
        help: 'Time from the request at its handler to the call that sends the answer.',
        type: 'histogram',
        aggregator: 'sum',
        values: [
          ...values,
          { value: counters.durationSumSeconds, labels: {}, metricName: `${name}_sum` },
          { value: sum, labels: {}, metricName: `${name}_count` },
        ],
      } as unknown as MetricObject;
    },
    reset: () => undefined,
  };
}

function addActorMetrics(registry: Registry, { pool, actors }: MetricSources): void {
  new Gauge({
    name: 'trellis_mailbox_depth',
    help: 'Requests in the mailbox of an actor thread.',
    labelNames: ['shard'],
    registers: [registry],
    collect() {
      actors.forEach((_, shard) => {
        this.set({ shard }, pool.mailbox(shard).depth);
      });
    },
  });
  new Counter({
    name: 'trellis_actor_restarts_total',
    help: 'Deaths of actor threads.',
    labelNames: ['shard'],
    registers: [registry],
    collect() {
      this.reset();
      actors.forEach((_, shard) => {
        this.inc({ shard }, pool.restarts(shard));
      });
    },
  });
  new Gauge({
    name: 'trellis_actors_resident',
    help: 'Organisations whose actor is in memory.',
    registers: [registry],
    collect() {
      this.set(actors.reduce((sum, counters) => sum + counters.get('actors_resident'), 0));
    },
  });
  new Counter({
    name: 'trellis_log_corrupt_records_total',
    help: 'Damaged records that recovery found in event log segments that a crash left open.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(actors.reduce((sum, counters) => sum + counters.get('log_corrupt_records'), 0));
    },
  });
}

function addFraudMetrics(registry: Registry, { actors }: MetricSources): void {
  const sumOf = (counter: Parameters<ActorCounters['get']>[0]) =>
    actors.reduce((sum, counters) => sum + counters.get(counter), 0);
  new Counter({
    name: 'trellis_fraud_detections_total',
    help: 'Times that an address was seen to show a pattern, or to show it more clearly.',
    labelNames: ['pattern'],
    registers: [registry],
    collect() {
      this.reset();
      for (const pattern of FRAUD_PATTERNS) {
        this.inc({ pattern }, sumOf(`fraud_detections_${pattern}`));
      }
    },
  });
  for (const [name, counter, help] of FRAUD_COUNTERS) {
    new Counter({
      ...{ name, help, registers: [registry] },
      collect() {
        this.reset();
        this.inc(sumOf(counter));
      },
    });
  }
  for (const [name, counter, help] of FRAUD_GAUGES) {
    new Gauge({
      ...{ name, help, registers: [registry] },
      collect() {
        this.set(sumOf(counter));
      },
    });
  }
}
