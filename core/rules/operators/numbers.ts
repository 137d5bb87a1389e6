import type { NumberField } from '../fields.ts';
import type { NumberOperation, ValueFault } from '../operations.ts';
import { checkList } from './texts.ts';

export type Order = '>' | '>=' | '<' | '<=' | 'between';

/** `equals` and `in`: the number is one of these. */
export function numberMembership(value: unknown, field: NumberField): NumberOperation | ValueFault {
  const list = checkList(value);
  if ('fault' in list) return list;
  const keys = new Set<number>();
  for (const [at, item] of list.values.entries()) {
    const parsed = field.parseValue(item);
    if ('fault' in parsed) return { ...parsed, at };
    keys.add(parsed.value);
  }
  const [only] = keys;
  const values = [...keys];
  return {
    reads: 'number',
    test: values.length === 1 ? (number) => number === only : (number) => keys.has(number),
    sql: (number, parameters) =>
      only !== undefined && values.length === 1
        ? `${number} = ${parameters.bind('Float64', only)}`
        : `has(${parameters.bind('Array(Float64)', values)}, toFloat64(${number}))`,
    keys: values,
  };
}

/** `gt`, `gte`, `lt`, `lte`, `between` of numbers and dates. */
export function numberOrder(
  order: Order,
  value: unknown,
  field: NumberField,
): NumberOperation | ValueFault {
  if (order === 'between') return numberBetween(value, field);
  const parsed = field.parseValue(value);
  if ('fault' in parsed) return parsed;
  const limit = parsed.value;
  return {
    reads: 'number',
    test: numberTest(order, limit),
    sql: (number, parameters) => `${number} ${order} ${parameters.bind('Float64', limit)}`,
  };
}

function numberTest(order: Exclude<Order, 'between'>, limit: number): (value: number) => boolean {
  switch (order) {
    case '>':
      return (value) => value > limit;
    case '>=':
      return (value) => value >= limit;
    case '<':
      return (value) => value < limit;
    case '<=':
      return (value) => value <= limit;
  }
}

function numberBetween(value: unknown, field: NumberField): NumberOperation | ValueFault {
  const pair = checkPair(value, (item) => field.parseValue(item));
  if ('fault' in pair) return pair;
  const { from, to } = pair;
  if (from > to) return { fault: FROM_ABOVE_TO };
  return {
    reads: 'number',
    test: (number) => number >= from && number <= to,
    sql: (number, parameters) =>
      `${number} BETWEEN ${parameters.bind('Float64', from)} AND ${parameters.bind('Float64', to)}`,
  };
}

export const FROM_ABOVE_TO = 'has a first value above the second: write [from, to]';

/** The two values of `between`, both included; or why they are none. */
export function checkPair<T>(
  value: unknown,
  parse: (item: unknown) => { value: T } | { fault: string },
): { from: T; to: T } | ValueFault {
  if (!Array.isArray(value) || value.length !== 2) {
    return { fault: 'must be a list of two values: [from, to]' };
  }
  const from = parse(value[0]);
  if ('fault' in from) return { ...from, at: 0 };
  const to = parse(value[1]);
  if ('fault' in to) return { ...to, at: 1 };
  return { from: from.value, to: to.value };
}
