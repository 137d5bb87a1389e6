/**
 * What counts as what in the table of events, as SQL. A conversion is a row of its own
 * (`event_type` = `conversion_event` = the event's name) with the dimensions of its click; visits
 * have their own types. See docs/analytics.md.
 */

/** Rows of clicks, those of robots included. */
const ANY_CLICK = "(event_type = 'click')";

/** Rows of people's clicks. */
export const CLICK = "(event_type = 'click' AND NOT is_bot)";

/** Rows of robots' clicks. */
export const BOT_CLICK = "(event_type = 'click' AND is_bot)";

/**
 * Rows of conversions. Conversions count whoever clicked: money is money. Also true for a click that
 * somebody gave a conversion by hand (`UPDATE events SET conversion_event = …`).
 */
export const CONVERSION = "(conversion_event != '')";

/** Rows of visits that came by no redirect. */
export const VISIT = "(event_type != 'click' AND conversion_event = '' AND NOT is_bot)";

/** The predicate of clicks that a report counts. */
export function clickPredicate(includeBots: boolean): string {
  return includeBots ? ANY_CLICK : CLICK;
}

/** SQL: the row belongs to the organisation bound as `organization_id`; part of every query. */
export const OF_ORGANIZATION = '(organization_id = {organization_id:String})';
