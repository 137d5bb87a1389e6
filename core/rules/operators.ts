import type { Field, FieldKind, NumberField, TextField } from './fields.ts';
import type { NumberOperation, TextOperation, ValueFault } from './operations.ts';
import { networkOperation } from './operators/networks.ts';
import { numberMembership, numberOrder } from './operators/numbers.ts';
import { hasOrder, textOrder } from './operators/order.ts';
import { regexOperation } from './operators/regex.ts';
import { containing, ending, starting, textMembership } from './operators/texts.ts';

type Operator = {
  /** Kinds of fields that it goes with. */
  kinds: readonly FieldKind[];
  /** Whether it holds exactly where the test of its opposite does not, absent values included. */
  negated: boolean;
  /** What its value is; `range`: the pair `[from, to]`. */
  takes: 'none' | 'one' | 'list' | 'range';
  text?(value: unknown, field: TextField): TextOperation | ValueFault;
  number?(value: unknown, field: NumberField): NumberOperation | ValueFault;
};

const ALL: readonly FieldKind[] = ['text', 'version', 'address', 'number', 'boolean', 'date'];
const TEXTS: readonly FieldKind[] = ['text', 'version', 'address'];
const LISTED: readonly FieldKind[] = ['text', 'version', 'address', 'number', 'date'];
const ORDERED: readonly FieldKind[] = ['text', 'version', 'number', 'date'];

const equals: Operator = {
  kinds: ALL,
  negated: false,
  takes: 'one',
  text: (value, field) => withoutPlace(textMembership([value], field)),
  number: (value, field) => withoutPlace(numberMembership([value], field)),
};
const within: Operator = {
  kinds: LISTED,
  negated: false,
  takes: 'list',
  text: (value, field) => textMembership(value, field),
  number: (value, field) => numberMembership(value, field),
};
const contains: Operator = { kinds: TEXTS, negated: false, takes: 'one', text: containing };
const exists: Operator = {
  kinds: ALL,
  negated: false,
  takes: 'none',
  text: () => ({ reads: 'raw', test: () => true, sql: () => '1' }),
  number: () => ({ reads: 'number', test: () => true, sql: () => '1' }),
};

/** All operators: what they go with, what they take, what they test and the same in SQL. */
const OPERATORS = {
  equals,
  not_equals: { ...equals, negated: true },
  in: within,
  not_in: { ...within, negated: true },
  contains,
  not_contains: { ...contains, negated: true },
  starts_with: { kinds: TEXTS, negated: false, takes: 'one', text: starting },
  ends_with: { kinds: TEXTS, negated: false, takes: 'one', text: ending },
  matches: { kinds: TEXTS, negated: false, takes: 'one', text: regexOperation },
  gt: ordered('>'),
  gte: ordered('>='),
  lt: ordered('<'),
  lte: ordered('<='),
  between: ordered('between'),
  exists,
  not_exists: { ...exists, negated: true },
  in_cidr: { kinds: ['address'], negated: false, takes: 'list', text: networkOperation },
} as const satisfies Record<string, Operator>;

export type OperatorName = keyof typeof OPERATORS;

export const OPERATOR_NAMES = Object.keys(OPERATORS) as OperatorName[];

function ordered(order: '>' | '>=' | '<' | '<=' | 'between'): Operator {
  return {
    kinds: ORDERED,
    negated: false,
    takes: order === 'between' ? 'range' : 'one',
    text: (value, field) => textOrder(order, value, field),
    number: (value, field) => numberOrder(order, value, field),
  };
}

/** A comparison taken apart: `negated` turns the test and what holds without a value. */
export type PreparedComparison =
  | { field: TextField; operation: TextOperation; negated: boolean }
  | { field: NumberField; operation: NumberOperation; negated: boolean };

/** What is wrong with a comparison; `at`: which one of a list of values. */
export type ComparisonFault = { member: 'operator' | 'value'; fault: string; at?: number };

/** @returns what is to be tested, or why this operator cannot be used so */
export function prepareComparison(
  field: Field,
  operatorName: string,
  value: unknown,
): PreparedComparison | ComparisonFault {
  if (!Object.hasOwn(OPERATORS, operatorName)) {
    return {
      member: 'operator',
      fault: `is no operator; operators are ${OPERATOR_NAMES.join(', ')}`,
    };
  }
  const operator: Operator = OPERATORS[operatorName as OperatorName];
  if (!operator.kinds.includes(field.kind)) {
    const fitting = OPERATOR_NAMES.filter((name) => fits(OPERATORS[name], field.kind));
    return {
      member: 'operator',
      fault: `${operatorName} does not go with ${field.name}; it takes ${fitting.join(', ')}`,
    };
  }
  if (operator.takes === 'none' && value !== undefined) {
    return { member: 'value', fault: `must be left out: ${operatorName} has none` };
  }
  if (operator.takes !== 'none' && value === undefined) {
    return { member: 'value', fault: `is missing: ${operatorName} needs one` };
  }
  return operate(operator, field, value);
}

function fits(operator: Operator, kind: FieldKind): boolean {
  return operator.kinds.includes(kind);
}

/** The operators that a field can be compared with. */
export function operatorsOf(field: Field): OperatorName[] {
  const isOrdered = field.family === 'number' || hasOrder(field);
  return OPERATOR_NAMES.filter((name) => {
    const operator: Operator = OPERATORS[name];
    return fits(operator, field.kind) && (isOrdered || operator.kinds !== ORDERED);
  });
}

/** What the value of an operator is; `range`: the pair `[from, to]`. */
export function takesOf(name: OperatorName): Operator['takes'] {
  return OPERATORS[name].takes;
}

function operate(
  operator: Operator,
  field: Field,
  value: unknown,
): PreparedComparison | ComparisonFault {
  const { negated } = operator;
  if (field.family === 'number') {
    const operation = operator.number?.(value, field);
    if (operation === undefined) throw new Error(`An operator lacks numbers, for ${field.kind}`);
    if ('fault' in operation) return { member: 'value', ...operation };
    return { field, operation, negated };
  }
  const operation = operator.text?.(value, field);
  if (operation === undefined) throw new Error(`An operator lacks texts, for ${field.kind}`);
  if ('fault' in operation) return { member: 'value', ...operation };
  return { field, operation, negated };
}

/** A single value is no list: its fault has no place in one. */
function withoutPlace<T extends TextOperation | NumberOperation>(
  outcome: T | ValueFault,
): T | ValueFault {
  return 'fault' in outcome ? { fault: outcome.fault } : outcome;
}
