import { SUSPICIOUS_ABOVE } from '../../core/fraud/definition.ts';

/**
 * What counts as what in the table of events, as SQL. A conversion is a row of its own
 * (`event_type` = `conversion_event` = the event's name) with the dimensions of its click; visits
 * have their own types. See docs/analytics.md.
 *
 * A click is one of four: blocked, a robot's, suspicious or clean, in this order. The last two were
 * redirected to people, as far as anybody knew then, and are what reports call clicks.
 */

const ANY_CLICK = "event_type = 'click'";

/**
 * Whether the score is one of suspicious traffic. Scores are stored with 24 bits and compared as such:
 * beside a Float64, a stored 0.8 would be above 0.8. The projection campaign_hours has just this text.
 */
export const SUSPICIOUS_SCORE = `(fraud_score > toFloat32(${SUSPICIOUS_ABOVE}))`;

/** Rows with such a score that were not blocked. */
export const IS_SUSPICIOUS = `(NOT is_blocked AND ${SUSPICIOUS_SCORE})`;

/** Rows of people's clicks that were not blocked; suspicious ones included. */
export const CLICK = `(${ANY_CLICK} AND NOT is_bot AND NOT is_blocked)`;

/** Rows of robots' clicks that were not blocked. */
export const BOT_CLICK = `(${ANY_CLICK} AND is_bot AND NOT is_blocked)`;

/** Rows of clicks of blocked addresses, whoever clicked. */
export const BLOCKED_CLICK = `(${ANY_CLICK} AND is_blocked)`;

/**
 * Rows of conversions. Conversions count whoever clicked: money is money. Also true for a click that
 * somebody gave a conversion by hand (`UPDATE events SET conversion_event = …`).
 */
export const CONVERSION = "(conversion_event != '')";

/** Rows of visits that came by no redirect. */
export const VISIT = "(event_type != 'click' AND conversion_event = '' AND NOT is_bot)";

/** The predicate of clicks that a report counts: with robots, all that were not blocked. */
export function clickPredicate(includeBots: boolean): string {
  return includeBots ? `(${ANY_CLICK} AND NOT is_blocked)` : CLICK;
}

/** The predicate of those clicks that a report counts and that are suspicious. */
export function suspiciousClickPredicate(includeBots: boolean): string {
  return `(${clickPredicate(includeBots)} AND ${SUSPICIOUS_SCORE})`;
}

/** The predicate of those clicks that a report counts and that are not suspicious. */
export function cleanClickPredicate(includeBots: boolean): string {
  return `(${clickPredicate(includeBots)} AND NOT ${SUSPICIOUS_SCORE})`;
}

/** SQL: the row belongs to the organisation bound as `organization_id`; part of every query. */
export const OF_ORGANIZATION = '(organization_id = {organization_id:String})';
