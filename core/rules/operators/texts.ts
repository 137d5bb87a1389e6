import { IpAddress } from '../address/ip-address.ts';
import type { TextField } from '../fields.ts';
import type { TextOperation, ValueFault } from '../operations.ts';
import { fold, foldSql } from '../text.ts';

export const VALUES_MAX = 1_000;
export const VALUE_LENGTH_MAX = 1_000;

/** A text to compare with, folded; or why it is none. */
function checkText(value: unknown): { value: string } | { fault: string } {
  if (typeof value !== 'string') return { fault: 'must be a text' };
  if (value === '') return { fault: 'is empty; use exists or not_exists' };
  if (value.length > VALUE_LENGTH_MAX) {
    return { fault: `is longer than ${VALUE_LENGTH_MAX} characters` };
  }
  if (value.includes('\0')) return { fault: 'contains a NUL character' };
  return { value: fold(value) };
}

/** A list of 1 to 1,000 values, or why it is none. */
export function checkList(value: unknown): { values: unknown[] } | ValueFault {
  if (!Array.isArray(value)) return { fault: 'must be a list' };
  if (value.length === 0) return { fault: 'is an empty list' };
  if (value.length > VALUES_MAX) return { fault: `has more than ${VALUES_MAX} values` };
  return { values: value };
}

/** `equals` and `in`: the text is one of these. */
export function textMembership(value: unknown, field: TextField): TextOperation | ValueFault {
  const list = checkList(value);
  if ('fault' in list) return list;
  const keys = new Set<string>();
  for (const [at, item] of list.values.entries()) {
    const checked = checkMember(item, field);
    if ('fault' in checked) return { ...checked, at };
    keys.add(checked.value);
  }
  const [only] = keys;
  const values = [...keys];
  return {
    reads: 'folded',
    test: values.length === 1 ? (text) => text === only : (text) => keys.has(text),
    sql: (text, parameters) =>
      only !== undefined && values.length === 1
        ? `${text} = ${parameters.bind('String', only)}`
        : `${text} IN ${parameters.bind('Array(String)', values)}`,
    keys: values,
  };
}

function checkMember(value: unknown, field: TextField): { value: string } | { fault: string } {
  const text = checkText(value);
  if ('fault' in text) return text;
  if (field.kind === 'address') {
    const address = new IpAddress();
    return address.parse(text.value)
      ? { value: address.toString() }
      : { fault: 'must be an IPv4 or IPv6 address; for networks use in_cidr' };
  }
  return field.checkValue?.(text.value) ?? text;
}

/** `contains`. */
export function containing(value: unknown): TextOperation | ValueFault {
  const checked = checkText(value);
  if ('fault' in checked) return checked;
  const part = checked.value;
  return {
    reads: 'folded',
    test: (text) => text.includes(part),
    sql: (text, parameters) => `position(${text}, ${parameters.bind('String', part)}) > 0`,
    parts: [part],
  };
}

/** `starts_with`. */
export function starting(value: unknown): TextOperation | ValueFault {
  const checked = checkText(value);
  if ('fault' in checked) return checked;
  const start = checked.value;
  return {
    reads: 'folded',
    test: (text) => text.startsWith(start),
    sql: (text, parameters) => `startsWith(${text}, ${parameters.bind('String', start)})`,
    parts: [start],
  };
}

/** `ends_with`. */
export function ending(value: unknown): TextOperation | ValueFault {
  const checked = checkText(value);
  if ('fault' in checked) return checked;
  const end = checked.value;
  return {
    reads: 'folded',
    test: (text) => text.endsWith(end),
    sql: (text, parameters) => `endsWith(${text}, ${parameters.bind('String', end)})`,
    parts: [end],
  };
}

/** SQL of a text as an operation reads it. */
export function readSql(reads: TextOperation['reads'], text: string): string {
  return reads === 'folded' ? foldSql(text) : text;
}
