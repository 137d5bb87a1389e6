import { RE2JS, RE2JSException } from 're2js';
import type { TextOperation, ValueFault } from '../operations.ts';
import { wellFormed } from '../text.ts';

const PATTERN_LENGTH_MAX = 500;
/** Instructions; keeps the program that ClickHouse makes of it below RE2's limit of memory. */
const PROGRAM_SIZE_MAX = 250;

/** Bound of the size while repetitions are written out; keeps that below a tenth of a second. */
const WRITTEN_OUT_MAX = 50_000;

/**
 * `matches`: RE2 syntax, anywhere in the text, letters in any case, `.` also matches line ends. The
 * last text's result is kept, because one visitor's texts come again with each rule that asks.
 */
export function regexOperation(value: unknown): TextOperation | ValueFault {
  if (typeof value !== 'string' || value === '') return { fault: 'must be a regular expression' };
  if (value.length > PATTERN_LENGTH_MAX) {
    return { fault: `is longer than ${PATTERN_LENGTH_MAX} characters` };
  }
  if (/[\0\ud800-\udfff]/.test(value) && (value.includes('\0') || wellFormed(value) !== value)) {
    return { fault: 'contains a character that cannot be stored' };
  }
  if (writtenOutLength(value) > WRITTEN_OUT_MAX) return TOO_LARGE;
  const compiled = compile(value);
  if ('fault' in compiled) return compiled;
  const { regex } = compiled;
  let lastText = '';
  let lastResult = regex.test('');
  return {
    reads: 'raw',
    test: (text) => {
      if (text !== lastText) {
        lastResult = regex.test(wellFormed(text));
        lastText = text;
      }
      return lastResult;
    },
    sql: (text, parameters) => `match(${text}, ${parameters.bind('String', `(?i)${value}`)})`,
  };
}

const TOO_LARGE: ValueFault = { fault: 'is too large once its repetitions are written out' };

/** More than the length of the pattern with `{n}` written out: groups may stand inside of groups. */
function writtenOutLength(pattern: string): number {
  let ofGroups = 1;
  let length = pattern.length;
  for (const [, before, low, high] of pattern.matchAll(/(.)\{(\d+)(?:,(\d*))?\}/gs)) {
    const times = Math.max(1, Number(low), Number(high ?? 0));
    if (before === ')') ofGroups *= times;
    else length += times;
  }
  return length * ofGroups;
}

function compile(pattern: string): { regex: RE2JS } | ValueFault {
  try {
    const regex = RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE | RE2JS.DOTALL);
    return regex.programSize() > PROGRAM_SIZE_MAX ? TOO_LARGE : { regex };
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return { fault: `is no regular expression of RE2: ${error.message}` };
  }
}
