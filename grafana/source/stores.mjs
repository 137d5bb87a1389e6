import {
  bars,
  curves,
  dashboard,
  fineBelow,
  NONE_IS_FINE,
  ONE_IS_FINE,
  promql,
  sqlRows,
  sqlSeries,
  stat,
  table,
} from './panels.mjs';

/** The table of events alone: the rest of the server is not ours. */
const EVENT_PARTS = "system.parts WHERE database = 'trellis' AND table = 'events' AND active";

const health = [
  stat({
    title: 'PostgreSQL',
    description:
      'Whether the engines reach it. Down: traffic goes on, changes and exact duplicates wait; see runbook postgres-down.',
    unit: 'short',
    isState: true,
    thresholds: ONE_IS_FINE,
    queries: [promql('min(trellis_store_up{store="postgres"})')],
  }),
  stat({
    title: 'ClickHouse',
    description:
      'Whether the engines reach it. Down: traffic goes on and waits in the event log; see runbook clickhouse-down.',
    unit: 'short',
    isState: true,
    thresholds: ONE_IS_FINE,
    queries: [promql('min(trellis_store_up{store="clickhouse"})')],
  }),
  stat({
    title: 'Redis',
    description:
      'Whether it takes what is written to it; empty without REDIS_URL. Down: nodes hear of blocks from PostgreSQL; see runbook redis-down.',
    unit: 'short',
    isState: true,
    thresholds: ONE_IS_FINE,
    queries: [promql('min(trellis_redis_up)')],
  }),
  stat({
    title: 'Ledger',
    description:
      'Open: PostgreSQL does not answer postbacks in time, so the log alone accepts them. Nothing is lost; look at PostgreSQL.',
    unit: 'short',
    thresholds: NONE_IS_FINE,
    queries: [promql('max(trellis_ledger_circuit_open)')],
  }),
  stat({
    title: 'Events stored',
    description:
      'Rows of the table of events, of all organisations. It explains disk and report times.',
    unit: 'short',
    queries: [sqlRows(`SELECT sum(rows) AS events FROM ${EVENT_PARTS}`)],
  }),
  stat({
    title: 'Parts',
    description:
      'Parts of the fullest month. Merges keep it in the tens; in the hundreds they do not keep up: see runbook clickhouse-down.',
    unit: 'short',
    thresholds: fineBelow(300, 1000),
    queries: [
      sqlRows(
        `SELECT max(parts) AS parts FROM (SELECT count() AS parts FROM ${EVENT_PARTS} GROUP BY partition)`,
      ),
    ],
  }),
];

const postgres = [
  curves({
    title: 'Time to ask the ledger',
    description:
      'How long PostgreSQL takes to claim a conversion. It should stay below 0.05 s; slower means a busy disk or long transactions.',
    unit: 's',
    queries: [0.5, 0.99].map((quantile) =>
      promql(
        `histogram_quantile(${quantile}, sum by (le) (rate(trellis_conversion_claim_seconds_bucket[$__rate_interval])))`,
        `${quantile * 100} %`,
      ),
    ),
  }),
  curves({
    title: 'Rounds of the ledger that a store ended',
    description:
      'apply: PostgreSQL was out of reach; publish: PostgreSQL or ClickHouse. They are repeated by themselves; a lasting rate means that one is down.',
    unit: 'short',
    queries: [
      promql('sum by (part) (rate(trellis_ledger_failures_total[$__rate_interval]))', '{{part}}'),
    ],
  }),
];

const clickhouse = [
  curves({
    title: 'Time to insert a segment',
    description:
      'From reading a segment to the acknowledgement by ClickHouse. Seconds mean a busy disk, or too many parts.',
    unit: 's',
    queries: [0.5, 0.99].map((quantile) =>
      promql(
        `histogram_quantile(${quantile}, sum by (le) (rate(trellis_segment_ship_seconds_bucket[$__rate_interval])))`,
        `${quantile * 100} %`,
      ),
    ),
  }),
  curves({
    title: 'From the event to its row',
    description:
      'How much later than it happened an event was stored, by when it was stored. A peak is the end of an outage; a lasting rise is shipping that does not keep up.',
    unit: 's',
    queries: [
      sqlSeries(`
SELECT
  $__timeInterval(ingested_at) AS time,
  quantile(0.5)(greatest(0, dateDiff('millisecond', event_time, toDateTime64(ingested_at, 3)) / 1000)) AS "half",
  quantile(0.99)(greatest(0, dateDiff('millisecond', event_time, toDateTime64(ingested_at, 3)) / 1000)) AS "99 %"
FROM trellis.events
WHERE $__timeFilter(ingested_at) AND event_type = 'click'
GROUP BY time
ORDER BY time`),
    ],
  }),
  curves({
    title: 'Rows stored',
    description:
      'Rows a second by when they were stored. It follows traffic; above it the log is being worked off.',
    unit: 'short',
    queries: [
      sqlSeries(`
SELECT $__timeInterval(ingested_at) AS time, count() / $__interval_s AS "rows a second"
FROM trellis.events
WHERE $__timeFilter(ingested_at)
GROUP BY time
ORDER BY time`),
    ],
  }),
  table({
    title: 'Months',
    description:
      'The table of events by month: what a month takes, and where parts pile up. Old months can be dropped as partitions when they are not wanted.',
    unit: 'short',
    units: { size: 'bytes', 'bytes an event': 'bytes' },
    queries: [
      sqlRows(`
SELECT
  partition AS month,
  sum(rows) AS events,
  sum(bytes_on_disk) AS size,
  sum(bytes_on_disk) / sum(rows) AS "bytes an event",
  count() AS parts
FROM ${EVENT_PARTS}
GROUP BY partition
ORDER BY partition DESC
LIMIT 36`),
    ],
  }),
  table({
    title: 'Disks',
    description:
      'Room on the disks of ClickHouse. Merges need as much free as the largest part: act at 20 % free.',
    unit: 'short',
    units: { free: 'bytes', total: 'bytes', 'free share': 'percentunit' },
    queries: [
      sqlRows(
        'SELECT name AS disk, free_space AS free, total_space AS total, free_space / total_space AS "free share" FROM system.disks',
      ),
    ],
  }),
  table({
    title: 'Work in the background',
    description:
      'Merges that run and changes of rows that are not finished. A change with a failure blocks those after it: its reason is in system.mutations.',
    unit: 'short',
    queries: [
      sqlRows(`
SELECT 'merges running' AS work, count() AS number
FROM system.merges WHERE database = 'trellis'
UNION ALL
SELECT 'changes not finished', count()
FROM system.mutations WHERE database = 'trellis' AND NOT is_done
UNION ALL
SELECT 'changes that failed', count()
FROM system.mutations WHERE database = 'trellis' AND NOT is_done AND latest_fail_reason != ''`),
    ],
  }),
];

const redis = [
  curves({
    title: 'Failures of Redis',
    description:
      'By kind; docs/settings.md says what each means. Empty without REDIS_URL. Nothing waits for Redis, so nothing is lost.',
    unit: 'short',
    queries: [
      promql('sum by (kind) (rate(trellis_redis_errors_total[$__rate_interval]))', '{{kind}}'),
    ],
  }),
];

const processes = [
  curves({
    title: 'Memory',
    description:
      'Memory in use, by process. A rise over days without more traffic is a leak: note the engine version and start it again.',
    unit: 'bytes',
    queries: [promql('process_resident_memory_bytes{job=~"trellis-.*"}', '{{job}} {{instance}}')],
  }),
  curves({
    title: 'Open files',
    description:
      'Share of the files and connections that a process may have open. At 100 % visitors are turned away: raise the limit of the service.',
    unit: 'percentunit',
    queries: [
      promql(
        'process_open_fds{job=~"trellis-.*"} / process_max_fds{job=~"trellis-.*"}',
        '{{job}} {{instance}}',
      ),
    ],
  }),
  bars({
    title: 'Space by table',
    description:
      'What each table of Trellis takes on the disks of ClickHouse; events should be nearly all.',
    unit: 'bytes',
    queries: [
      sqlRows(
        "SELECT table, sum(bytes_on_disk) AS size FROM system.parts WHERE database = 'trellis' AND active GROUP BY table ORDER BY size DESC LIMIT 20",
      ),
    ],
  }),
];

/** PostgreSQL, ClickHouse, Redis and the processes: are they there, and do they keep up? */
export const stores = dashboard({
  uid: 'trellis-stores',
  title: 'Trellis: stores',
  description:
    'PostgreSQL, ClickHouse, Redis and the processes: are they there, and do they keep up?',
  from: 'now-6h',
  refresh: '1m',
  rows: [
    { title: 'Health', panels: health },
    { title: 'PostgreSQL', panels: postgres },
    { title: 'ClickHouse', panels: clickhouse },
    { title: 'Redis', panels: redis },
    { title: 'Processes and space', panels: processes },
  ],
});
