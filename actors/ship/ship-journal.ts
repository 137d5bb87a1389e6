import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TrellisError } from '../../core/errors.ts';
import { absent, fileState } from './dead-letter-files.ts';
import { syncDirectory } from './dead-letters.ts';

/**
 * What a crash must not make the shipper forget: which inserts were begun, and how far a refused
 * segment has been taken apart. One line per step, on disk before the step it speaks of.
 *
 * | step    | written      | so that after a crash                                                |
 * |---------|--------------|----------------------------------------------------------------------|
 * | `try`   | before insert | its fate is known to be unknown: it is settled first                |
 * | `split` | before the first half is sent | the whole is never sent again, which would repeat that half |
 * | `done`  | after the acknowledgement | the piece is not sent again                              |
 * | `dead`  | after the dead letter is on disk | the row is not sent again                         |
 *
 * A segment's lines matter as long as its file exists. There are two files of fixed size, filled
 * with line ends: when one is full, what still matters is written into the other. So a step can be
 * noted on a full disk too, where shipping is what makes room again.
 */
export type JournalStep = 'try' | 'split' | 'done' | 'dead';

/** What happened to one piece of a segment. Times are ms since the epoch. */
export type PieceHistory = {
  /** When an insert of this piece was first begun; undefined: never; 0: nobody knows. */
  firstTryAtMs: number | undefined;
  lastTryAtMs: number | undefined;
  state: 'open' | 'split' | 'done' | 'dead';
};

/** The pieces of one segment: `all`, or `<from>-<to>`. */
export type SegmentHistory = ReadonlyMap<string, Readonly<PieceHistory>>;

/** The whole segment as a piece. */
export const WHOLE_SEGMENT = 'all';

type Line = [step: JournalStep, name: string, piece: string, atMs: number];

/** A file's first line; the file with the higher number is the current one. */
const HEADER = /^trellis-ship-journal (\d{10})\n/;
const FILE_BYTES_MIN = 512 * 1024;

/**
 * Invariants: writes take turns; `#histories` is what the current file says; behind `#position` there
 * is nothing of value. A line that a crash cut off belonged to a step that was not taken.
 */
export class ShipJournal {
  readonly #paths: readonly [string, string];
  readonly #histories: Map<string, Map<string, PieceHistory>>;
  /** Folders from which shipped segments were deleted since the last rewrite. */
  readonly #deletedFrom = new Set<string>();
  #generation: number;
  #file: FileHandle | undefined;
  #fileBytes = 0;
  #position = 0;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(
    paths: readonly [string, string],
    generation: number,
    histories: Map<string, Map<string, PieceHistory>>,
  ) {
    this.#paths = paths;
    this.#generation = generation;
    this.#histories = histories;
  }

  /**
   * Without a journal (a restored backup, a deleted file) any segment may have been inserted at any
   * time: each then counts as tried at time 0.
   *
   * @param path of the two files, without extension
   * @param existing the names of the segments that exist
   * @throws Node's own errors when the files cannot be read or written
   */
  static async open(path: string, existing: ReadonlySet<string>): Promise<ShipJournal> {
    await mkdir(dirname(path), { recursive: true });
    const paths = [`${path}.0`, `${path}.1`] as const;
    const contents = [await readJournalFile(paths[0]), await readJournalFile(paths[1])];
    const current = contents.sort((a, b) => b.generation - a.generation)[0];
    const histories = new Map<string, Map<string, PieceHistory>>();
    for (const line of current?.lines ?? []) {
      if (existing.has(line[1])) {
        apply(histories, line);
      }
    }
    const generation = current?.generation ?? 0;
    if (generation === 0) {
      for (const name of existing) {
        apply(histories, ['try', name, WHOLE_SEGMENT, 0]);
      }
    }
    const journal = new ShipJournal(paths, generation, histories);
    await journal.#rewrite();
    if (generation === 0) {
      // Both files now, while there is room for them.
      await journal.#rewrite();
    }
    return journal;
  }

  /** The segments of which an insert was begun at a known time: their fate is to be settled first. */
  begun(): ReadonlySet<string> {
    const begun = [...this.#histories].filter(([, pieces]) =>
      [...pieces.values()].some(({ lastTryAtMs }) => (lastTryAtMs ?? 0) > 0),
    );
    return new Set(begun.map(([name]) => name));
  }

  history(name: string): SegmentHistory {
    return this.#histories.get(name) ?? new Map();
  }

  /** Resolves when the step is on disk. */
  record(step: JournalStep, name: string, piece: string, atMs: number): Promise<void> {
    const line: Line = [step, name, piece, atMs];
    return this.#inTurn(async () => {
      await this.#append(Buffer.from(`${JSON.stringify(line)}\n`));
      apply(this.#histories, line);
    });
  }

  /** To be called when the segment's file has been deleted. */
  forget(name: string, directory: string): void {
    this.#histories.delete(name);
    this.#deletedFrom.add(directory);
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#file?.close();
      this.#file = undefined;
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const result = this.#turn.then(work);
    // Whoever called gets the failure; the next in turn only waits for the end.
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #append(line: Buffer): Promise<void> {
    if (this.#position + line.length > this.#fileBytes) {
      await this.#rewrite();
    }
    if (this.#file === undefined) {
      throw new TrellisError('ship_journal_closed', 'The ship journal is closed');
    }
    await writeAt(this.#file, line, this.#position);
    await this.#file.datasync();
    this.#position += line.length;
  }

  /** Writes what still matters into the other file and goes on there. */
  async #rewrite(): Promise<void> {
    // A deleted segment must not come back after a power loss when its lines are gone.
    for (const directory of this.#deletedFrom) {
      await syncDirectory(directory).catch(absent(undefined));
    }
    this.#deletedFrom.clear();
    const generation = this.#generation + 1;
    const path = this.#paths[generation % 2 === 0 ? 0 : 1];
    const bytesBefore = (await fileState(path)).bytes;
    const body = Buffer.from(header(0) + serialise(this.#histories));
    const content = Buffer.alloc(Math.max(FILE_BYTES_MIN, bytesBefore, 2 * body.length), '\n');
    body.copy(content);
    const file = await open(path, bytesBefore === 0 ? 'w' : 'r+');
    try {
      await writeAt(file, content, 0);
      await file.datasync();
      // Only now is it the current one.
      await writeAt(file, Buffer.from(header(generation)), 0);
      await file.datasync();
      await syncDirectory(dirname(path));
    } catch (error) {
      await file.close();
      throw error;
    }
    await this.#file?.close();
    this.#file = file;
    this.#fileBytes = content.length;
    this.#position = body.length;
    this.#generation = generation;
  }
}

function header(generation: number): string {
  return `trellis-ship-journal ${String(generation).padStart(10, '0')}\n`;
}

/** A file's number and lines; number 0 where it does not exist or was never completed. */
async function readJournalFile(path: string): Promise<{ generation: number; lines: Line[] }> {
  const text = await readFile(path, 'utf8').catch(absent(''));
  const generation = Number(HEADER.exec(text)?.[1] ?? 0);
  const lines = text.split('\n').map(parseLine);
  return { generation, lines: lines.filter((line) => line !== undefined) };
}

/** Writes all of it: one write may take only a part without an error. */
async function writeAt(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const rest = bytes.length - written;
    written += (await file.write(bytes, written, rest, position + written)).bytesWritten;
  }
}

function serialise(histories: Map<string, Map<string, PieceHistory>>): string {
  const lines: string[] = [];
  for (const [name, pieces] of histories) {
    for (const [piece, history] of pieces) {
      lines.push(...linesOf(name, piece, history).map((line) => `${JSON.stringify(line)}\n`));
    }
  }
  return lines.join('');
}

function apply(histories: Map<string, Map<string, PieceHistory>>, line: Line): void {
  const [step, name, piece, atMs] = line;
  const pieces = histories.get(name) ?? new Map<string, PieceHistory>();
  histories.set(name, pieces);
  const history = pieces.get(piece) ?? {
    firstTryAtMs: undefined,
    lastTryAtMs: undefined,
    state: 'open',
  };
  pieces.set(piece, history);
  if (step === 'try') {
    history.firstTryAtMs ??= atMs;
    history.lastTryAtMs = atMs;
  } else {
    history.state = step;
  }
}

function linesOf(name: string, piece: string, history: PieceHistory): Line[] {
  const lines: Line[] = [];
  for (const atMs of new Set([history.firstTryAtMs, history.lastTryAtMs])) {
    if (atMs !== undefined) {
      lines.push(['try', name, piece, atMs]);
    }
  }
  if (history.state !== 'open') {
    lines.push([history.state, name, piece, history.lastTryAtMs ?? 0]);
  }
  return lines;
}

function parseLine(text: string): Line | undefined {
  if (text === '') {
    return undefined;
  }
  try {
    const line: unknown = JSON.parse(text);
    return isLine(line) ? line : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}

function isLine(value: unknown): value is Line {
  return (
    Array.isArray(value) &&
    ['try', 'split', 'done', 'dead'].includes(String(value[0])) &&
    typeof value[1] === 'string' &&
    typeof value[2] === 'string' &&
    typeof value[3] === 'number'
  );
}
