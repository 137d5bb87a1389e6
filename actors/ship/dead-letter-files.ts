import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConversionRecord } from '../../core/conversion.ts';
import { type DecodedRow, tryDecodeRow } from './row-decoder.ts';

/**
 * The dead letter queue's files. `letters-<n>.jsonl` holds one letter per line and is appended to by
 * the engine alone; `letters-<n>.replayed` holds one id per line and is appended to by replays, which
 * may be another process. A line without its line end was cut off by a crash and was never
 * acknowledged; readers pass over it.
 */

/** What is kept of something that a store refused for good. */
export type DeadLetter = {
  /** Of an event row `<segment>/<from>-<to>`, which is also its insert's deduplication token. */
  id: string;
  /** Empty where the row is too damaged to tell. */
  organization_id: string;
  /** ISO 8601, UTC: when it was put here. */
  dead_lettered_at: string;
  /** The store's error code, for example ClickHouse's `27`, or a word of ours. */
  code: string;
  /** The store's message, shortened. */
  reason: string;
} & DeadLetterContent;

export type DeadLetterContent =
  | {
      kind: 'event';
      /** EVENT_ROW_VERSION of the row. */
      row_version: number;
      /** The row in RowBinary, as base64. */
      row: string;
    }
  | { kind: 'conversion'; conversion: ConversionRecord };

/** A letter as it is listed. */
export type ListedDeadLetter = DeadLetter & {
  replayed: boolean;
  /** The columns of an event row by name; null where the bytes cannot be read. */
  decoded: DecodedRow | null;
};

export type DeadLetterPage = {
  letters: ListedDeadLetter[];
  /** Where the next page starts; null after the last one. */
  cursor: string | null;
};

/**
 * Lists dead letters, oldest first.
 *
 * @param query.cursor a page's cursor, to get the page after it
 * @param query.limit at most this many, 100 unless told
 * @param query.withReplayed also those that were replayed
 */
export async function listDeadLetters(query: {
  directory: string;
  limit?: number;
  cursor?: string;
  withReplayed?: boolean;
}): Promise<DeadLetterPage> {
  const limit = query.limit ?? 100;
  const start = parseCursor(query.cursor);
  const letters: ListedDeadLetter[] = [];
  for (const number of await letterFileNumbers(query.directory)) {
    if (number < start.file) {
      continue;
    }
    const replayedIds = await readReplayedIds(query.directory, number);
    const content = await readFile(letterFile(query.directory, number));
    let offset = number === start.file ? start.offset : 0;
    for (const { letter, end } of parseLetters(content, offset)) {
      const replayed = replayedIds.has(letter.id);
      if (!replayed || query.withReplayed === true) {
        if (letters.length === limit) {
          return { letters, cursor: `${number}:${offset}` };
        }
        letters.push({ ...letter, replayed, decoded: decodeLetter(letter) });
      }
      offset = end;
    }
  }
  return { letters, cursor: null };
}

function decodeLetter(letter: DeadLetter): DecodedRow | null {
  if (letter.kind !== 'event') {
    return null;
  }
  return tryDecodeRow(Buffer.from(letter.row, 'base64'), letter.row_version) ?? null;
}

function parseCursor(cursor: string | undefined): { file: number; offset: number } {
  const [file, offset] = (cursor ?? '0:0').split(':').map(Number);
  return { file: file ?? 0, offset: offset ?? 0 };
}

export function letterFile(directory: string, number: number): string {
  return join(directory, `letters-${String(number).padStart(6, '0')}.jsonl`);
}

export function replayedFile(directory: string, number: number): string {
  return join(directory, `letters-${String(number).padStart(6, '0')}.replayed`);
}

/** The numbers of the letter files, oldest first; none where the directory does not exist. */
export async function letterFileNumbers(directory: string): Promise<number[]> {
  const names = await readdir(directory).catch(absent<string[]>([]));
  return names
    .map((name) => /^letters-(\d+)\.jsonl$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

/** The letters of one file from an offset on, with the offset behind each. Damaged lines are left out. */
export function* parseLetters(
  content: Buffer,
  from = 0,
): Generator<{ letter: DeadLetter; end: number }> {
  let start = from;
  for (let end = content.indexOf(10, start); end !== -1; end = content.indexOf(10, start)) {
    const letter = parseLetter(content.toString('utf8', start, end));
    start = end + 1;
    if (letter !== undefined) {
      yield { letter, end: start };
    }
  }
}

function parseLetter(line: string): DeadLetter | undefined {
  try {
    const letter: unknown = JSON.parse(line);
    return isDeadLetter(letter) ? letter : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}

function isDeadLetter(value: unknown): value is DeadLetter {
  return (
    typeof value === 'object' &&
    value !== null &&
    'id' in value &&
    typeof value.id === 'string' &&
    'kind' in value &&
    (value.kind === 'event' || value.kind === 'conversion')
  );
}

/** The ids of one file's letters that a replay has put where they belong. */
export async function readReplayedIds(
  directory: string,
  number: number,
): Promise<ReadonlySet<string>> {
  const content = await readFile(replayedFile(directory, number), 'utf8').catch(absent(''));
  return new Set(content.split('\n').slice(0, -1));
}

/** Notes durably that letters of one file have been replayed. */
export async function markReplayed(
  directory: string,
  number: number,
  ids: readonly string[],
): Promise<void> {
  const file = await open(replayedFile(directory, number), 'a');
  try {
    // The leading line end closes a line that a crash may have cut off.
    await file.appendFile(`\n${ids.join('\n')}\n`);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** Size of a file in bytes and when it last changed; zeros where it does not exist. */
export async function fileState(path: string): Promise<{ bytes: number; changedAtMs: number }> {
  return stat(path).then(
    ({ size, mtimeMs }) => ({ bytes: size, changedAtMs: mtimeMs }),
    absent({ bytes: 0, changedAtMs: 0 }),
  );
}

/** A handler for `catch` that turns "no such file" into a value and passes on every other failure. */
export function absent<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return value;
    }
    throw error;
  };
}
