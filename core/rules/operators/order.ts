import { DECIMAL_SQL_PATTERN, DecimalText } from '../decimal.ts';
import type { TextField } from '../fields.ts';
import type { TextOperation, ValueFault } from '../operations.ts';
import type { Parameters } from '../parameters.ts';
import { VERSION_SQL_PATTERN, VersionText, versionSql } from '../version.ts';
import { checkPair, FROM_ABOVE_TO, type Order } from './numbers.ts';

/** Something that is read from texts and has an order. */
type Readable<T> = { read(text: string): boolean; compare(other: T): number };

/** The last text that was read: rules of one click often ask about the same one. */
class LastRead<T extends Readable<T>> {
  readonly value: T;
  #text = '';
  #isReadable = false;

  constructor(value: T) {
    this.value = value;
  }

  /** @returns whether the text could be read; then it is in `value` until the next call */
  read(text: string): boolean {
    if (text !== this.#text) {
      this.#isReadable = this.value.read(text);
      this.#text = text;
    }
    return this.#isReadable;
  }
}

/** How texts are put in order: as decimal numbers or as versions. */
type Ordering<T extends Readable<T>> = {
  parse(value: unknown): { value: T; text: string } | { fault: string };
  last: LastRead<T>;
  pattern: string;
  /** SQL of a text that matches the pattern. */
  column(text: string): string;
  bound(text: string, parameters: Parameters): string;
};

const DECIMALS: Ordering<DecimalText> = {
  parse: (value) => {
    const text = typeof value === 'number' ? String(value) : value;
    const decimal = new DecimalText();
    return typeof text === 'string' && decimal.read(text)
      ? { value: decimal, text }
      : { fault: 'must be a number of at most 15 digits and 6 decimals' };
  },
  last: new LastRead(new DecimalText()),
  pattern: DECIMAL_SQL_PATTERN,
  column: (text) => `toDecimal128OrZero(${text}, 6)`,
  bound: (text, parameters) => `toDecimal128(${parameters.bind('String', text)}, 6)`,
};

const VERSIONS: Ordering<VersionText> = {
  parse: (value) => {
    const text = Number.isInteger(value) ? String(value) : value;
    const version = new VersionText();
    return typeof text === 'string' && version.read(text)
      ? { value: version, text }
      : { fault: 'must be a version in quotes, such as "17.4", of at most four parts' };
  },
  last: new LastRead(new VersionText()),
  pattern: VERSION_SQL_PATTERN,
  column: versionSql,
  bound: (text, parameters) => versionSql(parameters.bind('String', text)),
};

/** Whether one text of a field can be above another: not where texts are codes. */
export function hasOrder(field: TextField): boolean {
  return field.checkValue === undefined || field.name === 'referer_domain';
}

/**
 * `gt`, `gte`, `lt`, `lte`, `between` of texts: those that are no number (or no version) never hold.
 */
export function textOrder(
  order: Order,
  value: unknown,
  field: TextField,
): TextOperation | ValueFault {
  if (!hasOrder(field)) {
    return { fault: `${field.name} has no order` };
  }
  return field.kind === 'version'
    ? orderBy(VERSIONS, order, value)
    : orderBy(DECIMALS, order, value);
}

function orderBy<T extends Readable<T>>(
  ordering: Ordering<T>,
  order: Order,
  value: unknown,
): TextOperation | ValueFault {
  const { last, pattern, column, bound } = ordering;
  const sql = (compare: (text: string) => string) => (text: string) =>
    `if(match(${text}, '${pattern}'), ${compare(column(text))}, 0)`;
  if (order === 'between') {
    const texts: string[] = [];
    const pair = checkPair(value, (item) => {
      const parsed = ordering.parse(item);
      if ('text' in parsed) texts.push(parsed.text);
      return parsed;
    });
    if ('fault' in pair) return pair;
    const { from, to } = pair;
    if (from.compare(to) > 0) return { fault: FROM_ABOVE_TO };
    const [low = '', high = ''] = texts;
    return {
      reads: 'raw',
      test: (text) =>
        last.read(text) && last.value.compare(from) >= 0 && last.value.compare(to) <= 0,
      sql: (text, parameters) =>
        sql(
          (own) => `${own} >= ${bound(low, parameters)} AND ${own} <= ${bound(high, parameters)}`,
        )(text),
    };
  }
  const parsed = ordering.parse(value);
  if ('fault' in parsed) return parsed;
  const limit = parsed.value;
  const holds = orderTest(order);
  return {
    reads: 'raw',
    test: (text) => last.read(text) && holds(last.value.compare(limit)),
    sql: (text, parameters) =>
      sql((own) => `${own} ${order} ${bound(parsed.text, parameters)}`)(text),
  };
}

function orderTest(order: Exclude<Order, 'between'>): (comparison: number) => boolean {
  switch (order) {
    case '>':
      return (comparison) => comparison > 0;
    case '>=':
      return (comparison) => comparison >= 0;
    case '<':
      return (comparison) => comparison < 0;
    case '<=':
      return (comparison) => comparison <= 0;
  }
}
