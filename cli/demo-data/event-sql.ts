import { sqlLiteral } from '../../actors/ledger/sql-literal.ts';
import { FRAUD_DEFINITION_VERSION, SIGNAL_WEIGHTS } from '../../core/fraud/definition.ts';
import { BROWSERS, type Browser } from './catalogue/browsers.ts';
import { DEMO_CAMPAIGNS, destinationOf } from './catalogue/campaigns.ts';
import { RANDOM_SITE } from './catalogue/placements.ts';
import { PLACES } from './catalogue/places.ts';
import {
  PAGE_WORDS,
  SHOP_PAGES,
  SITE_ENDINGS,
  SITE_FIRST_WORDS,
  SITE_SECOND_WORDS,
} from './catalogue/sites.ts';
import { DEMO_EVENT_PREFIX } from './event-ids.ts';
import {
  byPlacement,
  conversionChoicesSql,
  eventChoicesSql,
  FRAUD,
  KIND,
} from './generator-sql.ts';
import type { Chunk, HistoryPlan } from './plan.ts';

const TRACKING_HOST = 'track.acmecorp.com';

type Column = readonly [name: string, sql: string];

/** What an INSERT … SELECT needs. */
export type InsertSelect = { columns: string; select: string };

/**
 * The clicks and visits of a chunk.
 *
 * @param existing names of the table's columns; newer columns are filled where they are there
 */
export function eventsInsert(
  plan: HistoryPlan,
  chunk: Chunk,
  existing: ReadonlySet<string>,
): InsertSelect {
  const columns: Column[] = [
    ['event_id', 'event_id'],
    ['click_id', 'click_id'],
    ['event_time', dateTime('time_ms')],
    ['organization_id', sqlLiteral(plan.organizationId)],
    ['event_type', 'event_type'],
    ...SHARED,
    ['destination', 'destination'],
    ['ingested_at', 'toDateTime(intDiv(time_ms, 1000) + 2)'],
  ];
  columns.push(...NEWER.filter(([name]) => existing.has(name)));
  return insertSelect(columns, detailsSql(plan, eventChoicesSql(plan, chunk)));
}

/** The conversions that follow from a chunk's clicks: the columns of their click, and their own. */
export function conversionsInsert(
  plan: HistoryPlan,
  chunk: Chunk,
  existing: ReadonlySet<string>,
): InsertSelect {
  const columns: Column[] = [
    ['event_id', 'conversion_id'],
    ['click_id', 'click_id'],
    ['event_time', dateTime('time_ms + delay_ms')],
    ['organization_id', sqlLiteral(plan.organizationId)],
    ['event_type', 'conversion_event'],
    ...SHARED,
    ['conversion_event', 'conversion_event'],
    ['conversion_value', 'conversion_value'],
    ['conversion_currency', 'conversion_currency'],
    ['conversion_time', dateTime('time_ms + delay_ms')],
    ['order_id', 'order_id'],
    ['click_event_id', 'event_id'],
    ['conversion_metadata', `map('items', items)`],
    ['ingested_at', 'toDateTime(intDiv(time_ms + delay_ms, 1000) + 2)'],
  ];
  columns.push(...NEWER.filter(([name]) => existing.has(name)));
  return insertSelect(columns, conversionDetailsSql(plan, chunk));
}

/** The same conversions for the ledger, in the order of their clicks. */
export function ledgerSelect(plan: HistoryPlan, chunk: Chunk): string {
  return `
  SELECT
    click_id, conversion_id, conversion_event,
    toString(conversion_value) AS conversion_value, conversion_currency AS currency, order_id,
    user_id, campaign_id, items, toString(time_ms + delay_ms) AS created_at_ms,
    event_id
  FROM (${conversionDetailsSql(plan, chunk)})
  ORDER BY n`;
}

function insertSelect(columns: readonly Column[], from: string): InsertSelect {
  return {
    columns: columns.map(([name]) => name).join(', '),
    select: `SELECT ${columns.map(([, sql]) => sql).join(',\n  ')}\nFROM (${from})`,
  };
}

/** Columns that a conversion copies from its click. */
const SHARED: readonly Column[] = [
  ['user_id', 'user_id'],
  ['url', 'url'],
  ['campaign_id', 'campaign_id'],
  ['tags', byPlacement(({ campaignId }) => campaignOf(campaignId)?.tags ?? [])],
  ['source', 'source'],
  ['medium', 'medium'],
  ['referer', 'referer'],
  ['ip', 'ip'],
  ['country', byPlace('country')],
  ['region', byPlace('region')],
  ['city', byPlace('city')],
  ['user_agent', 'user_agent'],
  ['device_type', 'device_type'],
  ['os', byBrowser('os')],
  ['os_version', byBrowser('osVersion')],
  ['browser', byBrowser('browser')],
  ['browser_version', byBrowser('browserVersion')],
  ['is_bot', `kind = ${KIND.bot}`],
  ['bot_reason', byBrowser('botReason')],
  ['language', `if(kind = ${KIND.bot}, '', ${byPlace('language')})`],
  ['query_params', queryParams()],
  ['headers', headers()],
];

/**
 * The same, of columns that old tables do not have. The scores are as those of real clicks: attacks
 * grow above 0.8 and are blocked above 0.95, crawlers have the weight of their signal.
 */
const NEWER: readonly Column[] = [
  ['is_unique', `kind = ${KIND.newcomer}`],
  [
    'fraud_score',
    `multiIf(
      fraud = ${FRAUD.unnoticed}, 0.5 + (r2 % 300) / 1000,
      fraud = ${FRAUD.suspicious}, 0.81 + (r2 % 140) / 1000,
      fraud = ${FRAUD.blocked}, 0.955 + (r2 % 45) / 1000,
      kind = ${KIND.bot}, ${SIGNAL_WEIGHTS.bot},
      0.)`,
  ],
  [
    'fraud_reasons',
    `multiIf(
      fraud = ${FRAUD.blocked}, ['click_flood', 'rapid_fire', 'blocked'],
      fraud != ${FRAUD.none}, ['click_flood', 'rapid_fire'],
      kind = ${KIND.bot}, ['bot'],
      [])`,
  ],
  ['fraud_version', `if(event_type = 'click', ${FRAUD_DEFINITION_VERSION}, 0)`],
  ['is_blocked', `fraud = ${FRAUD.blocked}`],
];

/** The texts that several columns need, from the choices of generator-sql.ts. */
function detailsSql(plan: HistoryPlan, choices: string): string {
  const pick = (texts: readonly string[], random: string) =>
    `${sqlLiteral(texts)}[1 + (${random}) % ${texts.length}]`;
  const eventNumber = 'bitOr(bitShiftLeft(toUInt64(n), 8), bitAnd(bitShiftRight(h, 26), 255))';
  // For each first word another second one each time: all pairs differ.
  const words = SITE_FIRST_WORDS.length;
  const secondWord = `intDiv(site, ${words}) + 5 * (site % ${words})`;
  return `
  SELECT *,
    if(click_id_prefix = '', event_id, concat(click_id_prefix, ${hex16('r3')})) AS click_id,
    referer_template = '${RANDOM_SITE}' AS is_site,
    if(is_site, concat('https://', site_host, '/', ${pick(PAGE_WORDS, 'r2')}), referer_template)
      AS referer,
    if(is_site, site_host, placement_source) AS source,
    multiIf(
      destination_base = '' OR fraud = ${FRAUD.blocked}, '',
      click_id_prefix = '', concat(destination_base, '?source=', source),
      concat(destination_base, '?click_id=', click_id, '&source=', source)
    ) AS destination
  FROM (
    SELECT *,
      concat('${DEMO_EVENT_PREFIX}${plan.tag}', substring(${hex16(eventNumber)}, 7)) AS event_id,
      concat('usr_', ${hex16('v')}) AS user_id,
      ${byPlacement(({ eventType }) => eventType)} AS event_type,
      nullIf(${byPlacement(({ campaignId }) => campaignId ?? '')}, '') AS campaign_id,
      if(event_type = 'click', concat('/in/', ${byPlacement(({ slug }) => slug)}),
        concat('https://shop.acmecorp.com', ${pick(SHOP_PAGES, 'r2')})) AS url,
      ${byPlacement(({ campaignId }) => (campaignId === null ? '' : destinationOf(campaignId)))}
        AS destination_base,
      ${byPlacement(({ source }) => source)} AS placement_source,
      nullIf(${byPlacement(({ medium }) => medium)}, '') AS medium,
      ${byPlacement(({ referer }) => referer)} AS referer_template,
      ${byPlacement(({ clickIdPrefix }) => clickIdPrefix)} AS click_id_prefix,
      concat(${pick(SITE_FIRST_WORDS, 'site')}, '-', ${pick(SITE_SECOND_WORDS, secondWord)}, '.',
        ${pick(SITE_ENDINGS, 'site')}) AS site_host,
      ${byBrowser('userAgent')} AS user_agent,
      ${byBrowser('deviceType')} AS device_type,
      ${byBrowser('clientHints')} AS client_hints,
      ifNull(campaign_id, '') AS campaign_id_text,
      ${addressSql()} AS ip
    FROM (${choices})
  )`;
}

function conversionDetailsSql(plan: HistoryPlan, chunk: Chunk): string {
  const event = byPlacement(
    ({ campaignId }) => campaignOf(campaignId)?.conversionEvent ?? 'purchase',
  );
  const key = `concat(
      ${sqlLiteral(`[${JSON.stringify(plan.organizationId)},"`)}, click_id, '","',
      conversion_event, '","', order_id, '"]')`;
  return `
  SELECT *,
    concat('evt_', lower(substring(hex(SHA256(${key})), 1, 16))) AS conversion_id
  FROM (
    SELECT *,
      ${event} AS conversion_event,
      ${byPlacement(({ campaignId }) => campaignOf(campaignId)?.currency ?? 'USD')}
        AS conversion_currency,
      toDecimal64(cents, 4) / toDecimal64(100, 0) AS conversion_value,
      if(conversion_event = 'purchase', concat('ORD-', toString(1000000 + n)), '') AS order_id,
      toString(1 + c3 % 4) AS items
    FROM (${detailsSql(plan, conversionChoicesSql(plan, chunk))})
  )`;
}

function campaignOf(campaignId: string | null) {
  return DEMO_CAMPAIGNS.find((campaign) => campaign.campaignId === campaignId);
}

function byPlace(name: 'country' | 'region' | 'city' | 'language' | 'acceptLanguage'): string {
  return `${sqlLiteral(PLACES.map((place) => place[name]))}[place]`;
}

function byBrowser(name: Exclude<keyof Browser, 'weights' | 'isBot'>): string {
  return `${sqlLiteral(BROWSERS.map((browser) => browser[name]))}[browser_number]`;
}

/** 16 hex digits of a UInt64, the highest first. */
function hex16(number: string): string {
  return `lower(hex(reinterpretAsFixedString(byteSwap(${number}))))`;
}

function dateTime(timeMs: string): string {
  return `fromUnixTimestamp64Milli(${timeMs}, 'UTC')`;
}

/** One visitor in eight gets a new address each day, as phones do. Attacks come from four addresses each. */
function addressSql(): string {
  const networks = sqlLiteral(PLACES.flatMap((place) => place.networks));
  const random = 'if(bitAnd(v1, 7) = 0, intHash64(v1 + intDiv(time_ms, 86400000)), v1)';
  const byte = (shift: number, count: number) =>
    `toString(bitShiftRight(${random}, ${shift}) % ${count})`;
  const usual = `concat(${networks}[place * ${NETWORKS} - bitAnd(${random}, ${NETWORKS - 1})], '.',
        ${byte(8, 256)}, '.', ${byte(16, 256)})`;
  const attacker = `concat('198.18.', toString(bitShiftRight(attack, 32) % 256), '.',
        toString(1 + bitAnd(r1, 3)))`;
  return `if(fraud = ${FRAUD.none}, ${usual}, ${attacker})`;
}

const NETWORKS = 4;

/**
 * SQL of a map, much faster than `map`: names and values each are one text, split at line ends.
 *
 * @param entries name, SQL of the value, and SQL of whether this row has the entry
 */
function mapSql(entries: ReadonlyArray<readonly [name: string, value: string, when?: string]>) {
  const joined = (texts: readonly string[]) =>
    `splitByChar('\n', substring(concat(${texts.join(', ')}), 2))`;
  const names = entries.map(([name, , when]) => optional(`'\\n${name}'`, when));
  const values = entries.map(([, value, when]) => optional(`concat('\n', ${value})`, when));
  return `mapFromArrays(${joined(names)}, ${joined(values)})`;
}

function optional(text: string, when: string | undefined): string {
  return when === undefined ? text : `if(${when}, ${text}, '')`;
}

/** What the links of ads and mails carry. */
function queryParams(): string {
  const params = mapSql([
    ['click_id', 'click_id', `click_id_prefix != ''`],
    ['source', 'source'],
    ['medium', `ifNull(medium, '')`],
    ['utm_campaign', 'campaign_id_text'],
    ['utm_content', `concat('ad_', toString(r2 % 40))`],
  ]);
  return `if(campaign_id_text = '', CAST(map(), 'Map(String, String)'), ${params})`;
}

/** Those that the engine stores of a browser's request. */
function headers(): string {
  const isPerson = `kind != ${KIND.bot}`;
  const hasHints = `client_hints != ''`;
  return mapSql([
    ['Host', `'${TRACKING_HOST}'`],
    ['X-Forwarded-For', 'ip'],
    ['User-Agent', 'user_agent'],
    ['Sec-Ch-Ua', 'client_hints', hasHints],
    ['Sec-Ch-Ua-Mobile', `if(device_type = 'mobile', '?1', '?0')`, hasHints],
    ['Sec-Ch-Ua-Platform', byBrowser('clientHintPlatform'), hasHints],
    ['Sec-Fetch-Site', `'cross-site'`, isPerson],
    ['Sec-Fetch-Mode', `'navigate'`, isPerson],
    ['Sec-Fetch-Dest', `'document'`, isPerson],
    ['Referer', 'referer', `referer != ''`],
    ['Accept-Language', byPlace('acceptLanguage'), isPerson],
  ]);
}
