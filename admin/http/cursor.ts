import { z } from 'zod';
import { invalidRequest } from './validation.ts';

const LIMIT_MAX = 200;
const LIMIT_DEFAULT = 50;
const CURSOR_LENGTH_MAX = 500;

/** The members of a list's query that turn its pages. */
export const pageQuery = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(LIMIT_MAX)
    .default(LIMIT_DEFAULT)
    .describe(`Entries at most, 1 to ${LIMIT_MAX}.`),
  cursor: z
    .string()
    .max(CURSOR_LENGTH_MAX)
    .optional()
    .describe('The `next_cursor` of the page before.'),
};

export const nextCursorSchema = z
  .string()
  .nullable()
  .describe('Asks for the next page; null: this is the last one.');

/**
 * Where a page begins.
 *
 * @param list names the list, so that a cursor is not taken for another list's
 * @param member of the query that the cursor stands in
 * @returns the sorting key of the last entry of the page before; '' for the first page
 * @throws ProblemError 400 when the cursor is none of this list's
 */
export function readCursor(list: string, cursor: string | undefined, member = 'cursor'): string {
  if (cursor === undefined) {
    return '';
  }
  return decodeCursor(list, cursor) ?? refuseCursor(member);
}

/**
 * @param member of the query that the cursor stands in
 * @throws ProblemError 400
 */
export function refuseCursor(member = 'cursor'): never {
  const message = 'is no cursor of this list';
  throw invalidRequest([{ path: `/querystring/${member}`, message }]);
}

function decodeCursor(list: string, cursor: string): string | undefined {
  const text = Buffer.from(cursor, 'base64url').toString();
  const prefix = `${list}:`;
  const after = text.startsWith(prefix) ? text.slice(prefix.length) : '';
  // Written afresh it must be the same: anything else did not come from here.
  return after !== '' && writeCursor(list, after) === cursor && !after.includes('\0')
    ? after
    : undefined;
}

/** The cursor that `readCursor` reads. @param after never empty */
export function writeCursor(list: string, after: string): string {
  return Buffer.from(`${list}:${after}`).toString('base64url');
}

/**
 * @param entries one more than `limit` if there are as many
 * @param keyOf the sorting key, never empty
 * @returns the page, and the cursor of the next one if there is one
 */
export function toPage<T>(
  list: string,
  entries: readonly T[],
  limit: number,
  keyOf: (entry: T) => string,
): { page: T[]; next_cursor: string | null } {
  const page = entries.slice(0, limit);
  const last = page.at(-1);
  const isLast = entries.length <= limit || last === undefined;
  return { page, next_cursor: isLast ? null : writeCursor(list, keyOf(last)) };
}
