import {
  bars,
  curves,
  dashboard,
  fineBelow,
  NONE_IS_FINE,
  promql,
  sqlRows,
  sqlSeries,
  stat,
  table,
} from './panels.mjs';
import {
  BLOCKED_CLICK,
  BOT_CLICK,
  CLICK,
  organizationChoice,
  ROWS,
  SUSPICIOUS_SCORE,
} from './sql.mjs';

const now = [
  stat({
    title: 'Blocked now',
    description:
      'Blocked addresses and networks of all organisations. A jump: look at the detections, and whether a proxy is missing in TRELLIS_TRUSTED_PROXIES.',
    unit: 'short',
    queries: [promql('max(trellis_blocks_active)')],
  }),
  stat({
    title: 'Share of clicks blocked',
    description:
      'Share of clicks that were turned away or marked. Above 30 % see runbook many-blocked: it is an attack, or everybody comes through one address.',
    unit: 'percentunit',
    thresholds: fineBelow(0.1, 0.3),
    queries: [
      promql(
        'sum(rate(trellis_fraud_blocked_clicks_total[$__rate_interval])) / sum(rate(trellis_clicks_total[$__rate_interval]))',
      ),
    ],
  }),
  stat({
    title: 'Alerts raised',
    description:
      'Fraud alerts in the time shown. Somebody should look at each and resolve it with a reason.',
    unit: 'short',
    queries: [promql('sum(increase(trellis_fraud_alerts_total[$__range]))')],
  }),
  stat({
    title: 'Blocks made',
    description:
      'Automatic blocks in the time shown. Each ends by itself; a wrong one is removed by hand.',
    unit: 'short',
    queries: [promql('sum(increase(trellis_fraud_blocks_total[$__range]))')],
  }),
  stat({
    title: 'Detections not stored',
    description:
      'Detections in the time shown that PostgreSQL refused or that found the queue full. Must be 0: see runbook fraud-losses.',
    unit: 'short',
    thresholds: NONE_IS_FINE,
    queries: [
      promql('sum(increase(trellis_fraud_losses_total{reason=~"queue_full|refused"}[$__range]))'),
    ],
  }),
  stat({
    title: 'Waiting for PostgreSQL',
    description:
      'Detected addresses that are not stored yet. Blocks are in force all the same; above 100 for minutes: see runbook fraud-losses.',
    unit: 'short',
    thresholds: fineBelow(100, 1000),
    queries: [promql('max(trellis_fraud_queue_depth)')],
  }),
];

const detection = [
  curves({
    title: 'Detections by pattern',
    description:
      'Times that an address showed a pattern, or showed it more clearly. What each pattern means: docs/fraud.md.',
    unit: 'short',
    isStacked: true,
    queries: [
      promql(
        'sum by (pattern) (rate(trellis_fraud_detections_total[$__rate_interval]))',
        '{{pattern}}',
      ),
    ],
  }),
  curves({
    title: 'Clicks of blocked addresses',
    description: 'A flood that goes on although it is blocked costs you nothing but log space.',
    unit: 'reqps',
    queries: [promql('sum(rate(trellis_fraud_blocked_clicks_total[$__rate_interval]))', 'blocked')],
  }),
  curves({
    title: 'Addresses watched',
    description:
      'Addresses with a window of their last hour, and windows given up because there was no room: then slow fraud goes unseen. More actor threads have more room.',
    unit: 'short',
    queries: [
      promql('sum by (instance) (trellis_fraud_addresses)', '{{instance}}'),
      promql('sum(rate(trellis_fraud_evictions_total[$__rate_interval]))', 'given up a second'),
    ],
  }),
  curves({
    title: 'Not done',
    description:
      'Detections and alerts a second that were not stored, by reason, blocks not in force because a list is full, and detections put off. alerts_per_hour is a limit that works.',
    unit: 'short',
    queries: [
      promql('sum by (reason) (rate(trellis_fraud_losses_total[$__rate_interval]))', '{{reason}}'),
      promql('sum(rate(trellis_blocks_rejected_total[$__rate_interval]))', 'list full'),
      promql('sum(rate(trellis_fraud_detections_dropped_total[$__rate_interval]))', 'put off'),
    ],
  }),
  curves({
    title: 'Requests to webhooks',
    description:
      'Alerts sent to addresses of customers, by outcome. dead: given up after the last attempt, see runbook webhooks-dead.',
    unit: 'short',
    isStacked: true,
    queries: [
      promql(
        'sum by (outcome) (rate(trellis_webhook_attempts_total[$__rate_interval]))',
        '{{outcome}}',
      ),
    ],
  }),
];

const stored = [
  curves({
    title: 'Clicks by judgement',
    description:
      'Each click is one of four: clean, suspicious, of a robot, or blocked. Suspicious ones were redirected and count as clicks.',
    unit: 'short',
    isStacked: true,
    queries: [
      sqlSeries(`
SELECT
  $__timeInterval(event_time) AS time,
  countIf(${CLICK} AND NOT ${SUSPICIOUS_SCORE}) AS clean,
  countIf(${CLICK} AND ${SUSPICIOUS_SCORE}) AS suspicious,
  countIf(${BOT_CLICK}) AS robots,
  countIf(${BLOCKED_CLICK}) AS blocked
FROM ${ROWS}
GROUP BY time
ORDER BY time`),
    ],
  }),
  bars({
    title: 'Why',
    description:
      'Clicks by the patterns and signals that raised their score; one click may have several. data_centre alone is no fraud.',
    unit: 'short',
    size: { w: 12, h: 8 },
    queries: [
      sqlRows(`
SELECT arrayJoin(fraud_reasons) AS reason, count() AS clicks
FROM ${ROWS} AND event_type = 'click'
GROUP BY reason
ORDER BY clicks DESC
LIMIT 20`),
    ],
  }),
  table({
    title: 'Sources by bad traffic',
    description:
      'Where suspicious and blocked clicks come from. A source with a high share over many clicks is one to talk to, or to pay less.',
    unit: 'short',
    units: { 'bad share': 'percentunit' },
    queries: [
      sqlRows(`
SELECT
  source,
  countIf(NOT is_bot) AS clicks,
  countIf(${CLICK} AND ${SUSPICIOUS_SCORE}) AS suspicious,
  countIf(${BLOCKED_CLICK}) AS blocked,
  (suspicious + blocked) / greatest(1, clicks) AS "bad share"
FROM ${ROWS} AND event_type = 'click'
GROUP BY source
ORDER BY suspicious + blocked DESC, clicks DESC
LIMIT 50`),
    ],
  }),
  table({
    title: 'Addresses by score',
    description:
      'The addresses with the highest scores. Block one, or put it on the never-block list, with the API or the console.',
    unit: 'short',
    units: { 'highest score': 'percentunit' },
    queries: [
      sqlRows(`
SELECT
  ip,
  any(country) AS country,
  count() AS clicks,
  uniqExact(user_agent) AS "user agents",
  max(fraud_score) AS "highest score",
  countIf(is_blocked) AS blocked,
  arrayStringConcat(arraySort(groupUniqArrayArray(fraud_reasons)), ', ') AS reasons
FROM ${ROWS} AND event_type = 'click'
GROUP BY ip
ORDER BY max(fraud_score) DESC, clicks DESC
LIMIT 50`),
    ],
  }),
  bars({
    title: 'Robots',
    description:
      'Clicks of robots by how they were recognised. They are redirected and count in no report; nothing has to be done.',
    unit: 'short',
    size: { w: 12, h: 8 },
    queries: [
      sqlRows(`
SELECT bot_reason AS reason, count() AS clicks
FROM ${ROWS} AND ${BOT_CLICK}
GROUP BY reason
ORDER BY clicks DESC
LIMIT 20`),
    ],
  }),
];

/** What is suspicious, what was blocked, and does all of it reach the stores and the webhooks? */
export const fraud = dashboard({
  uid: 'trellis-fraud',
  title: 'Trellis: fraud',
  description:
    'What is suspicious, what was blocked, and does all of it reach the stores and the webhooks?',
  from: 'now-6h',
  refresh: '1m',
  choices: [organizationChoice],
  rows: [
    { title: 'Now (all organisations)', panels: now },
    { title: 'Detection (all organisations)', panels: detection },
    { title: 'Clicks (of the organisations chosen)', panels: stored },
  ],
});
