import { roundDecimal } from '../../../schema/money.ts';
import type { ReportValue } from './report.ts';

/** A text that a spreadsheet would take for a formula. */
const FORMULA_START = /^[=+\-@\t\r\n＝＋－＠]/;
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;
const MONEY_DECIMALS_MAX = 4;
const MONEY_DECIMALS_MIN = 2;

/**
 * A value of CSV (RFC 4180).
 *
 * Texts come from visitors. One that begins like a formula gets an apostrophe in front: spreadsheets
 * then show it instead of computing it (OWASP, CSV injection).
 */
export function csvText(text: string): string {
  const harmless = FORMULA_START.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(harmless) || harmless !== text
    ? `"${harmless.replaceAll('"', '""')}"`
    : harmless;
}

/** @returns the line with its end */
export function csvLine(fields: readonly string[]): string {
  return `${fields.join(',')}\r\n`;
}

/**
 * @param values of the grouping, then of the metrics
 * @param groupingCount how many of them are of the grouping
 */
export function csvRow(values: readonly ReportValue[], groupingCount: number): string {
  return csvLine(
    values.map((value, index) =>
      index < groupingCount ? csvText(String(value ?? '')) : formatMetric(value),
    ),
  );
}

/** Counts as they are, Decimals with two to four digits after the point. */
function formatMetric(value: ReportValue): string {
  if (typeof value !== 'string') {
    return String(value ?? 0);
  }
  const [whole = '0', fraction = ''] = roundDecimal(value, MONEY_DECIMALS_MAX).split('.');
  const kept = fraction.replace(/0+$/, '').padEnd(MONEY_DECIMALS_MIN, '0');
  return `${whole}.${kept}`;
}
