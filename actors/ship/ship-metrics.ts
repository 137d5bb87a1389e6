import { Counter, Histogram, type Registry } from 'prom-client';

/** Each has a series from the start: what first appears with 1 has not risen, for Prometheus. */
const SHIP_OUTCOMES = [
  ...['inserted', 'already_stored', 'bisected', 'empty'],
  ...['failed', 'held', 'gone'],
];
const DROP_REASONS = ['corrupt'];

export type ShipMetrics = {
  /**
   * Attempts by outcome. Settled: `inserted`, `already_stored`, `bisected`, `empty`. To be tried
   * again: `failed`, `held`. `gone`: somebody else removed the file.
   */
  segmentsShipped: Counter<'outcome'>;
  shipSeconds: Histogram;
  eventsDropped: Counter<'reason'>;
};

export function createShipMetrics(registry: Registry): ShipMetrics {
  const segmentsShipped = new Counter({
    name: 'trellis_segments_shipped_total',
    help: 'Attempts to ship a sealed segment to ClickHouse, by outcome.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  for (const outcome of SHIP_OUTCOMES) {
    segmentsShipped.inc({ outcome }, 0);
  }
  return {
    segmentsShipped,
    shipSeconds: new Histogram({
      name: 'trellis_segment_ship_seconds',
      help: 'Time from reading a segment to its acknowledgement by ClickHouse.',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers: [registry],
    }),
    eventsDropped: eventsDroppedCounter(registry),
  };
}

/** Other parts of the thread count drops for reasons of their own in the same counter. */
function eventsDroppedCounter(registry: Registry): Counter<'reason'> {
  const name = 'trellis_events_dropped_total';
  const existing = registry.getSingleMetric(name);
  if (existing instanceof Counter) {
    return existing;
  }
  const counter = new Counter({
    name,
    help: 'Events that were not stored, by reason.',
    labelNames: ['reason'],
    registers: [registry],
  });
  for (const reason of DROP_REASONS) {
    counter.inc({ reason }, 0);
  }
  return counter;
}
