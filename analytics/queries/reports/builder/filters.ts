import { checkConditions } from '../../../../core/rules/check-condition.ts';
import type { Comparison, ConditionValue } from '../../../../core/rules/condition.ts';
import { conditionsToSql } from '../../../../core/rules/to-sql.ts';
import { IS_SUSPICIOUS } from '../../../schema/clicks.ts';

export type ReportFilter = Comparison;

export type FilterFault = { path: Array<string | number>; message: string };

export type FilterSql = { sql: string; params: Record<string, unknown> };

/** What only events have, not clicks that are about to be routed. Compared letter by letter. */
const EVENT_FIELDS = {
  campaign_id: "ifNull(campaign_id, '')",
  rule_id: 'rule_id',
  event_type: 'event_type',
  conversion_event: 'conversion_event',
  conversion_currency: 'conversion_currency',
  destination: 'destination',
  user_id: 'user_id',
  tag: 'tags',
  fraud_reason: 'fraud_reasons',
} as const;

/** Those of them that hold several texts; one of the values is enough. */
const LIST_FIELDS: readonly string[] = ['tag', 'fraud_reason'];

/** What is true or false of an event. */
const EVENT_FLAGS = { is_blocked: 'is_blocked', is_suspicious: IS_SUSPICIOUS } as const;

type EventField = keyof typeof EVENT_FIELDS;
type EventFlag = keyof typeof EVENT_FLAGS;

const OPERATORS = ['equals', 'not_equals', 'in', 'not_in', 'exists', 'not_exists'] as const;
const VALUES_MAX = 1_000;
const VALUE_LENGTH_MAX = 2_000;

function isEventField(field: string): field is EventField {
  return Object.hasOwn(EVENT_FIELDS, field);
}

function isEventFlag(field: string): field is EventFlag {
  return Object.hasOwn(EVENT_FLAGS, field);
}

/** @returns everything that is wrong with the filters, at its place in their list */
export function checkFilters(filters: readonly ReportFilter[]): FilterFault[] {
  return filters.flatMap((filter, index) => {
    const place = (faults: FilterFault[]) =>
      faults.map(({ path, message }) => ({ path: [index, ...path], message }));
    if (isEventField(filter.field)) return place(checkEventFilter(filter));
    if (isEventFlag(filter.field)) return place(checkFlagFilter(filter));
    return checkConditions([filter]).map(({ path, message }) => ({
      path: [index, ...path.slice(1)],
      message,
    }));
  });
}

function checkFlagFilter({ field, operator, value }: ReportFilter): FilterFault[] {
  if (operator !== 'equals' && operator !== 'not_equals') {
    return [{ path: ['operator'], message: `${field} goes with equals, not_equals` }];
  }
  return typeof value === 'boolean' ? [] : [{ path: ['value'], message: 'must be true or false' }];
}

function checkEventFilter({ field, operator, value }: ReportFilter): FilterFault[] {
  if (!OPERATORS.some((known) => known === operator)) {
    return [{ path: ['operator'], message: `${field} goes with ${OPERATORS.join(', ')}` }];
  }
  if (operator === 'exists' || operator === 'not_exists') {
    return value === undefined ? [] : [{ path: ['value'], message: 'must be left out' }];
  }
  const isList = operator === 'in' || operator === 'not_in';
  const values = textsOf(value);
  if (Array.isArray(value) !== isList || values === undefined) {
    return [{ path: ['value'], message: isList ? 'must be a list of texts' : 'must be a text' }];
  }
  if (values.length > VALUES_MAX || values.some((text) => text.length > VALUE_LENGTH_MAX)) {
    return [{ path: ['value'], message: `is too long: ${VALUES_MAX} texts at most` }];
  }
  return [];
}

function textsOf(value: ConditionValue | undefined): string[] | undefined {
  const values = Array.isArray(value) ? value : [value];
  return values.every((one) => typeof one === 'string') ? values : undefined;
}

/**
 * @param filters without faults; all of them must hold
 * @param timezone IANA name, for hour, weekday and date
 * @returns an expression that is never NULL; `(1)` without filters
 */
export function filtersToSql(filters: readonly ReportFilter[], timezone: string): FilterSql {
  const conditions = filters.filter(({ field }) => !isEventField(field) && !isEventFlag(field));
  const rules = conditionsToSql(conditions, { timezone, prefix: 'filter' });
  const params: Record<string, unknown> = { ...rules.params };
  const parts = conditions.length === 0 ? [] : [rules.sql];
  filters.forEach(({ field, operator, value }, index) => {
    if (isEventFlag(field)) {
      const isWanted = (operator === 'equals') === (value === true);
      parts.push(`(${isWanted ? '' : 'NOT '}${EVENT_FLAGS[field]})`);
    } else if (isEventField(field)) {
      const placeholder = `event_filter_${index}`;
      const values = textsOf(value);
      if (value !== undefined && values !== undefined) {
        params[placeholder] = values;
      }
      const negation = operator.startsWith('not_') ? 'NOT ' : '';
      const exists = operator.endsWith('exists');
      parts.push(`(${negation}${testOf(field, exists ? undefined : placeholder)})`);
    }
  });
  return { sql: parts.length === 0 ? '(1)' : `(${parts.join(' AND ')})`, params };
}

/** @param placeholder of the list of values; undefined: whether there is any value */
function testOf(field: EventField, placeholder: string | undefined): string {
  const column = EVENT_FIELDS[field];
  if (LIST_FIELDS.includes(field)) {
    return placeholder === undefined
      ? `notEmpty(${column})`
      : `hasAny(${column}, {${placeholder}:Array(String)})`;
  }
  return placeholder === undefined
    ? `(${column} != '')`
    : `(${column} IN {${placeholder}:Array(String)})`;
}
