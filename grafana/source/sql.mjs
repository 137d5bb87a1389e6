import { choice } from './panels.mjs';

// What counts as what: docs/analytics.md. These are the texts of analytics/schema/clicks.ts; a test compares.
export const CLICK = "(event_type = 'click' AND NOT is_bot AND NOT is_blocked)";
export const BOT_CLICK = "(event_type = 'click' AND is_bot AND NOT is_blocked)";
export const BLOCKED_CLICK = "(event_type = 'click' AND is_blocked)";
export const SUSPICIOUS_SCORE = '(fraud_score > toFloat32(0.8))';
export const CONVERSION = "(conversion_event != '')";

/** Whose events: those of the organisations chosen at the head of the dashboard. */
const CHOSEN = `$__conditionalAll(organization_id IN (\${organization:singlequote}), $organization)`;

/** The rows of the time shown and of the organisations chosen. */
export const ROWS = `trellis.events WHERE ${CHOSEN} AND $__timeFilter(event_time)`;

/** A conversion's value where it is in the currency chosen: amounts are never added across currencies. */
export const REVENUE = `toFloat64(sumIf(conversion_value, ${CONVERSION} AND conversion_currency = '$currency'))`;

export const organizationChoice = choice({
  name: 'organization',
  label: 'Organisation',
  query: 'SELECT DISTINCT organization_id FROM trellis.events ORDER BY organization_id LIMIT 1000',
  isMulti: true,
});

export const currencyChoice = choice({
  name: 'currency',
  label: 'Currency',
  query: `SELECT conversion_currency FROM trellis.events WHERE ${CONVERSION} GROUP BY conversion_currency ORDER BY count() DESC LIMIT 100`,
});

/**
 * Conversions per 100 clicks as a share, 0 without clicks.
 *
 * @param {string} clicks @param {string} conversions expressions
 */
export function share(conversions, clicks) {
  return `if(${clicks} = 0, 0, ${conversions} / ${clicks})`;
}
