import {
  alertList,
  curves,
  dashboard,
  fineBelow,
  heatmap,
  NONE_IS_FINE,
  ONE_IS_FINE,
  promql,
  stat,
} from './panels.mjs';

const DURATION = 'trellis_redirect_duration_seconds';

function redirectQuantile(quantile) {
  const buckets = `sum by (le) (rate(${DURATION}_bucket[$__rate_interval]))`;
  return `histogram_quantile(${quantile}, ${buckets})`;
}

const now = [
  alertList({
    title: 'Alerts',
    description:
      'What Prometheus holds for worth a look now. Empty is good; each alert names its runbook.',
  }),
  stat({
    title: 'Ready',
    description:
      'Whether a click that comes now is redirected and recorded. Down: open /ready of that engine, it names the part.',
    unit: 'short',
    isState: true,
    thresholds: ONE_IS_FINE,
    queries: [promql('min by (instance) (trellis_ready)', '{{instance}}')],
  }),
  stat({
    title: 'Clicks',
    description:
      'Clicks a second, whatever became of them. A sudden 0: see runbook traffic-stopped.',
    unit: 'reqps',
    queries: [promql('sum(rate(trellis_clicks_total[$__rate_interval]))')],
  }),
  stat({
    title: 'Redirect, 99 of 100',
    description:
      'So long takes all but one redirect in a hundred, from the request at its handler to the answer. Above 5 ms: see runbook redirects-slow.',
    unit: 's',
    thresholds: fineBelow(0.005, 0.025),
    queries: [promql(redirectQuantile(0.99))],
  }),
  stat({
    title: 'Not recorded',
    description:
      'Clicks in the time shown that were redirected without being kept, or refused because a mailbox was full. Must be 0: see runbook clicks-not-recorded.',
    unit: 'short',
    thresholds: NONE_IS_FINE,
    queries: [
      promql('sum(increase(trellis_clicks_total{outcome=~"dropped_.*|mailbox_full"}[$__range]))'),
    ],
  }),
  stat({
    title: 'Server errors',
    description:
      'Share of all answers that are 5xx. Above 1 %: see runbook server-errors, and the answers by status below.',
    unit: 'percentunit',
    thresholds: fineBelow(0.001, 0.01),
    queries: [
      promql(
        '1 - sum(rate(trellis_http_requests_total{status!~"5.."}[$__rate_interval])) / sum(rate(trellis_http_requests_total[$__rate_interval]))',
      ),
    ],
  }),
  stat({
    title: 'Postbacks',
    description: 'Conversions a second that were taken: on disk, and new.',
    unit: 'reqps',
    queries: [promql('sum(rate(trellis_postbacks_total{outcome="accepted"}[$__rate_interval]))')],
  }),
];

const clicks = [
  curves({
    title: 'Clicks by outcome',
    description:
      'What became of clicks: redirected is the rule; unknown_campaign points at links in use without a campaign, unknown_organization at a domain that nobody has added.',
    unit: 'reqps',
    isStacked: true,
    queries: [
      promql('sum by (outcome) (rate(trellis_clicks_total[$__rate_interval]))', '{{outcome}}'),
    ],
  }),
  curves({
    title: 'Answers by route and status',
    description:
      'All answers of the data plane. 404 below /in: no organisation or no campaign; 503: a postback could not be made durable, or a mailbox was full.',
    unit: 'reqps',
    queries: [
      promql(
        'sum by (route, status) (rate(trellis_http_requests_total[$__rate_interval]))',
        '{{route}} {{status}}',
      ),
    ],
  }),
];

const latency = [
  curves({
    title: 'Duration of a redirect',
    description:
      'From the request at its handler to the call that sends the answer. When the high curves leave the low ones behind, a thread waits: look at mailboxes and processors.',
    unit: 's',
    queries: [0.5, 0.9, 0.99, 0.999].map((quantile) =>
      promql(redirectQuantile(quantile), `${quantile * 100} %`),
    ),
  }),
  heatmap({
    title: 'Redirects by duration',
    description:
      'Redirects in each range of duration. A second dark band above the usual one is a cause of its own: compare its times with restarts and merges.',
    unit: 's',
    queries: [
      promql(`sum by (le) (increase(${DURATION}_bucket[$__rate_interval]))`, '{{le}}', 'heatmap'),
    ],
  }),
  curves({
    title: 'Redirects within a millisecond',
    description:
      'Share of redirects that took 1 ms at most. It is what visitors feel; a lasting fall means too little processor.',
    unit: 'percentunit',
    queries: [
      promql(
        `sum(rate(${DURATION}_bucket{le="0.001"}[$__rate_interval])) / sum(rate(${DURATION}_count[$__rate_interval]))`,
        'within 1 ms',
      ),
    ],
  }),
  curves({
    title: 'Processor',
    description:
      'Processor cores in use, by process. The engine can use its main thread, its actor threads and two more; at that many it is full: see sizing in docs/operating.md.',
    unit: 'short',
    queries: [
      promql(
        'sum by (job, instance) (rate(process_cpu_seconds_total{job=~"trellis-.*"}[$__rate_interval]))',
        '{{job}} {{instance}}',
      ),
    ],
  }),
  curves({
    title: 'Lag of the event loops',
    description:
      'How late timers of the main threads come, 99 of 100. Above 100 ms on the engine every redirect waits: see runbook redirects-slow.',
    unit: 's',
    queries: [promql('nodejs_eventloop_lag_p99_seconds{job=~"trellis-.*"}', '{{job}}')],
  }),
];

const postbacks = [
  curves({
    title: 'Postbacks by outcome',
    description:
      'duplicate is normal, networks repeat; rejected and unauthorized point at a merchant whose calls are wrong; unavailable loses nothing but must be sent again.',
    unit: 'reqps',
    isStacked: true,
    queries: [
      promql('sum by (outcome) (rate(trellis_postbacks_total[$__rate_interval]))', '{{outcome}}'),
    ],
  }),
  curves({
    title: 'Time to ask the ledger',
    description:
      'How long PostgreSQL took to say whether a postback is new. After 0.3 s the log alone decides; nearing that, look at PostgreSQL.',
    unit: 's',
    queries: [0.5, 0.99].map((quantile) =>
      promql(
        `histogram_quantile(${quantile}, sum by (le) (rate(trellis_conversion_claim_seconds_bucket[$__rate_interval])))`,
        `${quantile * 100} %`,
      ),
    ),
  }),
];

/** What visitors and merchants get: is it answered, how fast, and with what? */
export const traffic = dashboard({
  uid: 'trellis-traffic',
  title: 'Trellis: traffic and latency',
  description: 'What visitors and merchants get: is it answered, how fast, and with what?',
  from: 'now-1h',
  refresh: '15s',
  rows: [
    { title: 'Now', panels: now },
    { title: 'Clicks', panels: clicks },
    { title: 'Latency', panels: latency },
    { title: 'Postbacks', panels: postbacks },
  ],
});
