import { bars, curves, dashboard, shares, sqlRows, sqlSeries, stat, table } from './panels.mjs';
import {
  CLICK,
  CONVERSION,
  currencyChoice,
  organizationChoice,
  REVENUE,
  ROWS,
  SUSPICIOUS_SCORE,
  share,
} from './sql.mjs';

const CLICKS = `countIf(${CLICK})`;
const CONVERSIONS = `countIf(${CONVERSION})`;
const RATE = share(CONVERSIONS, CLICKS);

/** The figures of each group of a table, in the order of the columns. */
const FIGURES = `
  ${CLICKS} AS clicks,
  uniqIf(user_id, ${CLICK}) AS visitors,
  ${CONVERSIONS} AS conversions,
  ${RATE} AS "conversion rate",
  ${REVENUE} AS revenue`;
const FIGURE_UNITS = { 'conversion rate': 'percentunit' };

/** The groups with the most to look at first; those without any are left out. */
function groups(expression, name) {
  return sqlRows(`
SELECT
  ${expression} AS "${name}",${FIGURES}
FROM ${ROWS}
GROUP BY "${name}"
HAVING clicks + conversions > 0
ORDER BY revenue DESC, clicks DESC
LIMIT 100`);
}

const figures = [
  stat({
    title: 'Clicks',
    description: 'Clicks of people in the time shown, without robots and blocked ones.',
    unit: 'short',
    queries: [sqlRows(`SELECT ${CLICKS} AS clicks FROM ${ROWS}`)],
  }),
  stat({
    title: 'Visitors',
    description: 'Different visitors who clicked, within half a percent.',
    unit: 'short',
    queries: [sqlRows(`SELECT uniqIf(user_id, ${CLICK}) AS visitors FROM ${ROWS}`)],
  }),
  stat({
    title: 'Conversions',
    description:
      'Conversions reported in the time shown, each once. None for long: look at the postbacks on the traffic dashboard.',
    unit: 'short',
    queries: [sqlRows(`SELECT ${CONVERSIONS} AS conversions FROM ${ROWS}`)],
  }),
  stat({
    title: 'Conversion rate',
    description:
      'Conversions per click in the same time. A sudden fall: try the landing page, then the merchant’s postback.',
    unit: 'percentunit',
    queries: [sqlRows(`SELECT ${RATE} AS rate FROM ${ROWS}`)],
  }),
  stat({
    title: 'Revenue',
    description: 'Sum of the values in the currency chosen; amounts in others are not in it.',
    unit: 'short',
    queries: [sqlRows(`SELECT ${REVENUE} AS revenue FROM ${ROWS}`)],
  }),
  stat({
    title: 'Without a campaign',
    description:
      'Share of clicks that no campaign took. Pattern discovery finds groups in them that can be claimed by a retroactive campaign.',
    unit: 'percentunit',
    queries: [
      sqlRows(
        `SELECT ${share(`countIf(${CLICK} AND campaign_id IS NULL)`, CLICKS)} AS share FROM ${ROWS}`,
      ),
    ],
  }),
];

const overTime = [
  curves({
    title: 'Clicks by source',
    description:
      'Clicks of the eight largest sources and of the rest. A source that ends or leaps is worth a call.',
    unit: 'short',
    isStacked: true,
    queries: [
      sqlSeries(`
SELECT
  $__timeInterval(event_time) AS time,
  if(source IN (
    SELECT source FROM ${ROWS} AND ${CLICK} GROUP BY source ORDER BY count() DESC LIMIT 8
  ), source, 'other') AS name,
  count() AS clicks
FROM ${ROWS} AND ${CLICK}
GROUP BY time, name
ORDER BY time`),
    ],
  }),
  curves({
    title: 'Conversions by event',
    description:
      'Conversions by what the merchant calls them. An event that stops: its postback broke.',
    unit: 'short',
    isStacked: true,
    queries: [
      sqlSeries(`
SELECT $__timeInterval(event_time) AS time, conversion_event AS name, count() AS conversions
FROM ${ROWS} AND ${CONVERSION}
GROUP BY time, name
ORDER BY time`),
    ],
  }),
  curves({
    title: 'Revenue by currency',
    description: 'Values of conversions, each currency by itself. Compare with what merchants pay.',
    unit: 'short',
    queries: [
      sqlSeries(`
SELECT
  $__timeInterval(event_time) AS time,
  conversion_currency AS name,
  toFloat64(sum(conversion_value)) AS revenue
FROM ${ROWS} AND ${CONVERSION}
GROUP BY time, name
ORDER BY time`),
    ],
  }),
  curves({
    title: 'Clean and suspicious clicks',
    description:
      'Clicks of people, by score. Suspicious ones were redirected and are among the clicks above; the fraud dashboard has the reasons.',
    unit: 'short',
    isStacked: true,
    queries: [
      sqlSeries(`
SELECT
  $__timeInterval(event_time) AS time,
  countIf(NOT ${SUSPICIOUS_SCORE}) AS clean,
  countIf(${SUSPICIOUS_SCORE}) AS suspicious
FROM ${ROWS} AND ${CLICK}
GROUP BY time
ORDER BY time`),
    ],
  }),
];

const comparison = [
  table({
    title: 'Campaigns',
    description:
      'What each campaign brought. A low rate with many clicks: try its rules with a test request, and its landing page.',
    unit: 'short',
    units: FIGURE_UNITS,
    queries: [groups("ifNull(campaign_id, '(none)')", 'campaign')],
  }),
  table({
    title: 'Sources',
    description:
      'What each source brought. Set it against what the source costs: money moves to the highest revenue per click.',
    unit: 'short',
    units: FIGURE_UNITS,
    queries: [groups('source', 'source')],
  }),
  table({
    title: 'Countries',
    description:
      'What each country brought. Much traffic without conversions: give it a rule of its own.',
    unit: 'short',
    units: FIGURE_UNITS,
    queries: [groups('country', 'country')],
  }),
  table({
    title: 'Destinations',
    description:
      'What each landing page brought, without its query. Split traffic by weight to compare two.',
    unit: 'short',
    units: FIGURE_UNITS,
    queries: [groups('cutQueryString(destination)', 'destination')],
  }),
];

const audience = [
  shares({
    title: 'Devices',
    description: 'Clicks by kind of device. Mostly mobile: the landing page must be fast there.',
    unit: 'short',
    queries: [
      sqlRows(`
SELECT device_type AS device, count() AS clicks
FROM ${ROWS} AND ${CLICK}
GROUP BY device
ORDER BY clicks DESC`),
    ],
  }),
  bars({
    title: 'Conversions by hour',
    description: 'When people buy, by hour of UTC. Bid more before these hours.',
    unit: 'short',
    queries: [
      sqlRows(`
SELECT leftPad(toString(toHour(event_time)), 2, '0') AS hour, count() AS conversions
FROM ${ROWS} AND ${CONVERSION}
GROUP BY hour
ORDER BY hour`),
    ],
  }),
  bars({
    title: 'Referring sites',
    description:
      'Sites that clicks came from. One that you do not know, with many clicks, deserves a look.',
    unit: 'short',
    queries: [
      sqlRows(`
SELECT domainWithoutWWW(referer) AS site, count() AS clicks
FROM ${ROWS} AND ${CLICK} AND referer != ''
GROUP BY site
ORDER BY clicks DESC
LIMIT 15`),
    ],
  }),
];

/** What the traffic was worth. */
export const business = dashboard({
  uid: 'trellis-business',
  title: 'Trellis: business',
  description:
    'What the traffic was worth: clicks, conversions and revenue, by where they came from.',
  from: 'now-7d',
  refresh: '5m',
  choices: [organizationChoice, currencyChoice],
  rows: [
    { title: 'Figures', panels: figures },
    { title: 'Over time', panels: overTime },
    { title: 'By campaign, source, country and destination', panels: comparison },
    { title: 'Audience', panels: audience },
  ],
});
