import { curves, dashboard, fineBelow, NONE_IS_FINE, promql, stat } from './panels.mjs';

const perSecond = (metric, label) =>
  promql(`sum by (${label}) (rate(${metric}[$__rate_interval]))`, `{{${label}}}`);

const quantiles = (metric) =>
  [0.5, 0.99].map((quantile) =>
    promql(
      `histogram_quantile(${quantile}, sum by (le) (rate(${metric}_bucket[$__rate_interval])))`,
      `${quantile * 100} %`,
    ),
  );

const health = [
  stat({
    title: 'Oldest event waiting',
    description:
      'Age of the oldest event that no store has yet. Seconds are normal; above a minute see runbook log-aging.',
    unit: 's',
    thresholds: fineBelow(60, 900),
    queries: [promql('max(trellis_log_oldest_seconds)')],
  }),
  stat({
    title: 'Log in use',
    description:
      'Share of the event log that is full, on the fullest node. At 100 % clicks are redirected but not recorded: see runbook log-filling.',
    unit: 'percentunit',
    thresholds: fineBelow(0.5, 0.9),
    queries: [
      promql('max(sum by (instance) (trellis_log_bytes) / on (instance) trellis_log_bytes_max)'),
    ],
  }),
  stat({
    title: 'New dead letters',
    description:
      'Rows in the time shown that a store refused. They are kept: `trellis dead-letters list` shows why.',
    unit: 'short',
    thresholds: NONE_IS_FINE,
    queries: [promql('sum(increase(trellis_dead_letters_total[$__range]))')],
  }),
  stat({
    title: 'Restarts of actors',
    description:
      'Deaths of actor threads in the time shown. No request fails by one; more than a few: see runbook actor-restarts.',
    unit: 'short',
    thresholds: fineBelow(1, 3),
    queries: [promql('sum(increase(trellis_actor_restarts_total[$__range]))')],
  }),
  stat({
    title: 'Restarts of processes',
    description:
      'Starts of engine and admin service in the time shown. More than your own: their logs say why.',
    unit: 'short',
    thresholds: fineBelow(1, 3),
    queries: [promql('sum(changes(process_start_time_seconds{job=~"trellis-.*"}[$__range]))')],
  }),
  stat({
    title: 'Oldest conversion waiting',
    description:
      'Age of the oldest conversion that reports do not have. Seconds are normal; above five minutes see runbook conversions-late.',
    unit: 's',
    thresholds: fineBelow(60, 300),
    queries: [promql('max(trellis_conversion_publish_lag_seconds)')],
  }),
];

const actors = [
  curves({
    title: 'Requests in mailboxes',
    description:
      'Requests that wait for an actor thread; it has room for 4,128. Rising: the thread has too little processor, or was just started again.',
    unit: 'short',
    queries: [promql('trellis_mailbox_depth', '{{instance}} shard {{shard}}')],
  }),
  curves({
    title: 'Deaths of actor threads',
    description:
      'Each is started again at once and finds its requests. The engine logs which organisation was at work.',
    unit: 'short',
    queries: [
      promql(
        'increase(trellis_actor_restarts_total[$__rate_interval])',
        '{{instance}} shard {{shard}}',
      ),
    ],
  }),
  curves({
    title: 'Organisations in memory',
    description:
      'Organisations that had traffic lately. It explains memory; nothing has to be done about it.',
    unit: 'short',
    queries: [promql('sum by (instance) (trellis_actors_resident)', '{{instance}}')],
  }),
  curves({
    title: 'Lost or damaged',
    description:
      'Events a second that could not be kept, and damaged records that a crash left. Must be 0: see runbooks clicks-not-recorded and log-damaged.',
    unit: 'short',
    queries: [
      perSecond('trellis_events_dropped_total', 'reason'),
      promql('sum(trellis_log_corrupt_records_total)', 'damaged at the last start'),
    ],
  }),
];

const log = [
  curves({
    title: 'Bytes in the event log',
    description:
      'What is not in a store yet. It grows while ClickHouse or PostgreSQL is away and shrinks faster than it grew.',
    unit: 'bytes',
    isStacked: true,
    queries: [
      promql('sum by (instance, shard) (trellis_log_bytes)', '{{instance}} shard {{shard}}'),
    ],
  }),
  curves({
    title: 'Age of the oldest event',
    description:
      'How far reports are behind. A straight rise means that nothing is shipped: see the attempts below.',
    unit: 's',
    queries: [promql('max by (instance) (trellis_log_oldest_seconds)', '{{instance}}')],
  }),
  curves({
    title: 'Duration of fdatasync',
    description:
      'How long the disk takes to make the log durable; postbacks wait for it. Above 0.25 s: see runbook disk-slow.',
    unit: 's',
    queries: quantiles('trellis_log_fsync_seconds'),
  }),
  curves({
    title: 'Sealed segments, and failures of the disk',
    description:
      'Segments a second that are ready to be shipped, and failed operations of the sync thread. log_failed: the disk takes nothing, see runbook disk-failing.',
    unit: 'short',
    queries: [
      promql('sum(rate(trellis_log_segments_sealed_total[$__rate_interval]))', 'sealed'),
      perSecond('trellis_log_sync_failures_total', 'outcome'),
    ],
  }),
];

const shipping = [
  curves({
    title: 'Attempts to ship segments',
    description:
      'inserted is the rule, already_stored a retry that counts once. failed: ClickHouse does not answer; held and bisected: it refuses rows.',
    unit: 'short',
    isStacked: true,
    queries: [perSecond('trellis_segments_shipped_total', 'outcome')],
  }),
  curves({
    title: 'Time to ship a segment',
    description:
      'From reading a segment to its acknowledgement by ClickHouse. Rising: see parts and merges on the stores dashboard.',
    unit: 's',
    queries: quantiles('trellis_segment_ship_seconds'),
  }),
  curves({
    title: 'Dead letters',
    description:
      'Rows a second that a store refused, and times that one was held back because their folder is full: see runbook dead-letters.',
    unit: 'short',
    queries: [
      promql('sum(rate(trellis_dead_letters_total[$__rate_interval]))', 'kept'),
      promql('sum(rate(trellis_dead_letters_refused_total[$__rate_interval]))', 'held back'),
    ],
  }),
];

const conversions = [
  curves({
    title: 'Answers of the ledger',
    description:
      'What PostgreSQL said to postbacks before they were answered. unavailable: it did not answer in time, the log holds them.',
    unit: 'short',
    isStacked: true,
    queries: [perSecond('trellis_conversion_claims_total', 'outcome')],
  }),
  curves({
    title: 'Records applied to the ledger',
    description:
      'The conversion log as it is told to PostgreSQL. known is the rule: the ledger was asked before; unreadable: see runbook log-damaged.',
    unit: 'short',
    isStacked: true,
    queries: [perSecond('trellis_conversions_applied_total', 'outcome')],
  }),
  curves({
    title: 'Conversions waiting',
    description:
      'unpublished: not in ClickHouse yet. unmatched: their click is not known, looked for again later. uncorrected: the click was found, the report not corrected yet.',
    unit: 'short',
    queries: [promql('max by (queue) (trellis_conversions_waiting)', '{{queue}}')],
  }),
  curves({
    title: 'Conversions published',
    description:
      'With their click (matched), without (unmatched), and given it later (corrected). Many unmatched: see runbook conversions-unmatched.',
    unit: 'short',
    queries: [
      perSecond('trellis_conversions_published_total', 'match'),
      promql('sum(rate(trellis_conversions_corrected_total[$__rate_interval]))', 'corrected'),
      promql('sum(rate(trellis_conversions_refused_total[$__rate_interval]))', 'refused'),
    ],
  }),
];

/** From the request to the row: does every event arrive, and how late? */
export const pipeline = dashboard({
  uid: 'trellis-pipeline',
  title: 'Trellis: pipeline health',
  description: 'From the request to the row: does every event arrive, and how late?',
  from: 'now-3h',
  refresh: '15s',
  rows: [
    { title: 'Health', panels: health },
    { title: 'Actor threads', panels: actors },
    { title: 'Event log', panels: log },
    { title: 'Shipping clicks to ClickHouse', panels: shipping },
    { title: 'Conversions', panels: conversions },
  ],
});
