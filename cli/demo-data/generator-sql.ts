import { sqlLiteral } from '../../actors/ledger/sql-literal.ts';
import { AUDIENCES, BUSINESS_PERCENT, YOUNG_PERCENT } from './catalogue/audiences.ts';
import { BROWSERS } from './catalogue/browsers.ts';
import { DEMO_CAMPAIGNS } from './catalogue/campaigns.ts';
import { CLICK_PLACEMENTS, type Placement, VISIT_PLACEMENTS } from './catalogue/placements.ts';
import { PLACES } from './catalogue/places.ts';
import { SITE_COUNT } from './catalogue/sites.ts';
import { chooseSql } from './choice-table.ts';
import type { Chunk, HistoryPlan } from './plan.ts';

/** Shares of all clicks and visits, in 1/65536. */
const BOTS_BELOW = Math.round(0.04 * 65_536);
const VISITS_BELOW = BOTS_BELOW + Math.round(0.12 * 65_536);
const RETURNING_BELOW = VISITS_BELOW + Math.round(0.3 * 65_536);

/** `kind` of an event. */
export const KIND = { newcomer: 0, returning: 1, visit: 2, bot: 3 } as const;

/**
 * `fraud` of an event: nothing, a click of an attack before anybody could know, one that was suspicious
 * and one that was blocked.
 */
export const FRAUD = { none: 0, unnoticed: 1, suspicious: 2, blocked: 3 } as const;

/** Attacks are on one placement, for so long … */
const ATTACK_HOURS = 6;
/** … one in so many of such spans, and take so many eighths of the newcomers' clicks. */
const ATTACKS_ONE_IN = 48;
const ATTACK_EIGHTHS = 4;
/** Of 16 clicks of an attack; the rest is blocked. */
const UNNOTICED_OF_16 = 1;
const SUSPICIOUS_OF_16 = 4;

/** Crawlers come from few machines. */
const BOT_MACHINES = 512;
/** How far back the earlier touches of a visitor lie at most. */
const RETURN_DAYS_MAX = 28;
/** Page views follow the visitor's other events within about this time. */
const VISIT_MINUTES = 20;
const DAY_MS = 86_400_000;

/** Conversions of clicks that belong to no campaign. */
const STRAY_CONVERSION = { rate: 0.012, valueMedianCents: 6_200, delayMedianSeconds: 5_400 };

const ALL_PLACEMENTS: readonly Placement[] = [...CLICK_PLACEMENTS, ...VISIT_PLACEMENTS];

/**
 * The SELECT of a chunk's events in short form: one row per click or visit, with numbers into the
 * catalogue and random numbers from which event-sql.ts makes the columns. Everything follows from
 * the run's key and the event's number `n`, so any part can be made at any time.
 *
 * Who: an event is a newcomer's, and the newcomer's number is the event's; or it belongs to the
 * visitor whose number is that of an earlier event, `sqrt` of a uniform number in the exponent: half
 * of the visitors who return do so within hours, the others within weeks.
 */
export function eventChoicesSql(plan: HistoryPlan, chunk: Chunk): string {
  return `
    SELECT *,
      multiIf(
        kind = ${KIND.visit}, ${CLICK_PLACEMENTS.length} + ${visitPlacement()},
        ${clickPlacement()}
      ) AS placement,
      ${placeOf()} AS place,
      ${browserOf()} AS browser_number,
      toUInt32(exp(${uniform('r2')} * ${Math.log(SITE_COUNT)})) - 1 AS site,
      cityHash64(${plan.key}, intDiv(time_ms, ${ATTACK_HOURS * 3_600_000}), placement) AS attack,
      ${fraudOf()} AS fraud
    FROM (
      SELECT *,
        cityHash64(${plan.key}, kind = ${KIND.bot}, visitor) AS v,
        intHash64(v + 1) AS v1,
        multiIf(
          kind = ${KIND.bot}, 3,
          v % 100 < ${YOUNG_PERCENT}, 1,
          v % 100 < ${YOUNG_PERCENT + BUSINESS_PERCENT}, 2,
          0
        ) AS audience
      FROM (${visitorsSql(plan, chunk)})
    )`;
}

/** Who is behind each event of a chunk, and when. */
function visitorsSql(plan: HistoryPlan, chunk: Chunk): string {
  const days = (plan.endMs - plan.startMs) / DAY_MS;
  const perDay = plan.events / days;
  const back = Math.log(Math.max(2, perDay * Math.min(RETURN_DAYS_MAX, days / 2)));
  const visitBack = Math.log(Math.max(2, (perDay * VISIT_MINUTES) / 1_440));
  return `
      SELECT *,
        toUInt64(multiIf(
          kind = ${KIND.returning}, exp(sqrt(${uniform('r1')}) * ${back}),
          kind = ${KIND.visit}, exp(${uniform('r1')} * ${visitBack}),
          0
        )) AS back,
        multiIf(
          kind = ${KIND.bot}, bitAnd(r2, ${BOT_MACHINES - 1}),
          back = 0 OR back > n, n,
          bitAnd(r2, 4096) = 0, toUInt64(n - back),
          toUInt64(4 * intDiv(n - back, 4))
        ) AS visitor
      FROM (${momentsSql(plan, chunk)})`;
}

/**
 * When each event happens: evenly over its hour, in the order of the numbers. Hours are found by the
 * number of their first event, which roundDown looks for in the list of them.
 */
function momentsSql(plan: HistoryPlan, chunk: Chunk): string {
  const { hours } = chunk;
  const firsts = sqlLiteral(hours.map((hour) => hour.first));
  const byHour = (values: number[]) => `transform(hour_first, ${firsts}, ${sqlLiteral(values)}, 0)`;
  return `
        SELECT n, h,
          toInt64(${byHour(hours.map((hour) => hour.startMs))}) + toInt64(intDiv(
            3600000 * ((n - hour_first) * 1024 + bitAnd(h, 1023)),
            toUInt64(${byHour(hours.map((hour) => hour.count))}) * 1024
          )) AS time_ms,
          ${byHour(hours.map((hour) => Number(hour.isEvening)))} AS evening,
          bitAnd(bitShiftRight(h, 10), 65535) AS kind_random,
          multiIf(
            kind_random < ${BOTS_BELOW}, ${KIND.bot},
            kind_random < ${VISITS_BELOW}, ${KIND.visit},
            kind_random < ${RETURNING_BELOW}, ${KIND.returning},
            ${KIND.newcomer}
          ) AS kind,
          intHash64(h) AS r1, intHash64(r1) AS r2, intHash64(r2) AS r3
        FROM (
          SELECT number AS n, cityHash64(${plan.key}, number) AS h,
            roundDown(number, ${firsts}) AS hour_first
          FROM numbers_mt(${chunk.first}, ${chunk.count})
        )`;
}

/** Clicks of people only: a crawler that says so is none. */
function fraudOf(): string {
  const roll = 'bitAnd(bitShiftRight(h, 44), 15)';
  return `multiIf(
        kind != ${KIND.newcomer} OR attack % ${ATTACKS_ONE_IN} != 0
          OR bitAnd(bitShiftRight(h, 40), 7) >= ${ATTACK_EIGHTHS}, ${FRAUD.none},
        ${roll} < ${UNNOTICED_OF_16}, ${FRAUD.unnoticed},
        ${roll} < ${UNNOTICED_OF_16 + SUSPICIOUS_OF_16}, ${FRAUD.suspicious},
        ${FRAUD.blocked})`;
}

/** SQL of a number from 0 to 1 out of 64 random bits. */
export function uniform(random: string): string {
  return `(bitShiftRight(${random}, 11) / 9007199254740992)`;
}

/** The table has a row for each audience, evening or not, returning or not. */
function clickPlacement(): string {
  const rows = AUDIENCES.flatMap((audience) =>
    [0, 1].flatMap((evening) =>
      [0, 1].map((returning) =>
        CLICK_PLACEMENTS.map(
          ({ weights, eveningFactor, returningFactor }) =>
            weights[audience] * eveningFactor ** evening * returningFactor ** returning,
        ),
      ),
    ),
  );
  const row = `audience * 4 + evening * 2 + (kind = ${KIND.returning})`;
  return chooseSql(rows, row, 'bitShiftRight(r3, 20)');
}

function visitPlacement(): string {
  return chooseSql([[5, 4, 1]], '0', 'bitShiftRight(r3, 20)');
}

function placeOf(): string {
  const rows = AUDIENCES.map((audience) => PLACES.map(({ weights }) => weights[audience]));
  return chooseSql(rows, 'audience', 'bitShiftRight(v, 20)');
}

function browserOf(): string {
  const rows = AUDIENCES.map((audience) => BROWSERS.map(({ weights }) => weights[audience]));
  return chooseSql(rows, 'audience', 'bitShiftRight(v, 32)');
}

/**
 * The conversions among a chunk's events: the rows of `eventChoicesSql` whose click converts before
 * the history ends, with `delay_ms` and `cents`. Delays are log-normal, values too.
 */
export function conversionChoicesSql(plan: HistoryPlan, chunk: Chunk): string {
  const campaignOf = (placement: Placement) =>
    DEMO_CAMPAIGNS.find(({ campaignId }) => campaignId === placement.campaignId);
  const rate = byPlacement((placement) =>
    placement.eventType === 'click'
      ? (campaignOf(placement)?.conversionRate ?? STRAY_CONVERSION.rate)
      : 0,
  );
  const delay = byPlacement((placement) =>
    Math.log(campaignOf(placement)?.delayMedianSeconds ?? STRAY_CONVERSION.delayMedianSeconds),
  );
  const value = byPlacement(
    (placement) => campaignOf(placement)?.valueMedianCents ?? STRAY_CONVERSION.valueMedianCents,
  );
  return `
    SELECT *
    FROM (
      SELECT *,
        intHash64(r3 + 1) AS c1, intHash64(c1) AS c2, intHash64(c2) AS c3,
        sqrt(-2 * log(${uniform('c2')} + 1e-12)) AS radius,
        toInt64(1000 * least(2592000, greatest(20,
          exp(${delay} + 1.4 * radius * cos(${2 * Math.PI} * ${uniform('c3')}))))) AS delay_ms,
        toUInt64(round(
          ${value} * exp(0.5 * radius * sin(${2 * Math.PI} * ${uniform('c3')})))) AS cents
      FROM (${eventChoicesSql(plan, chunk)})
      WHERE kind != ${KIND.bot} AND fraud = ${FRAUD.none}
        AND ${uniform('intHash64(r3 + 1)')} < ${rate} * if(kind = ${KIND.returning}, 1.5, 0.8)
    )
    WHERE time_ms + delay_ms < ${plan.endMs}`;
}

/** SQL of something that depends on the placement. */
export function byPlacement<T extends string | number | readonly string[]>(
  read: (placement: Placement) => T,
): string {
  return `${sqlLiteral(ALL_PLACEMENTS.map(read))}[placement]`;
}
