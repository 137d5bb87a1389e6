import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import type { ConversionRecord } from '../../core/conversion.ts';
import { messageOf, TrellisError } from '../../core/errors.ts';
import { eventColumnList } from '../../core/event-columns.ts';
import { insertSegment } from '../../stores/clickhouse/client.ts';
import {
  type DeadLetter,
  letterFile,
  letterFileNumbers,
  markReplayed,
  parseLetters,
  readReplayedIds,
} from './dead-letter-files.ts';
import { classifyInsertFailure } from './insert-failure.ts';
import { tryDecodeRow } from './row-decoder.ts';
import { storedEventIds } from './stored-rows.ts';

export type ReplayOptions = {
  directory: string;
  client: ClickHouseClient;
  /** Which letters. Those that were replayed already are passed over. */
  ids: readonly string[] | 'all';
  table?: string;
  /** Puts a conversion into the ledger; must be idempotent. Without it they are reported as failed. */
  applyConversion?: (conversion: ConversionRecord) => Promise<void>;
};

export type ReplayReport = {
  replayed: number;
  /** Of `ids`, those that are no dead letter, or no longer. */
  notFound: string[];
  /** Still refused; these stay in the queue. */
  failed: { id: string; reason: string }[];
};

type EventLetter = DeadLetter & { kind: 'event' };

/** Rows per insert. Each insert takes one of the 10,000 places in ClickHouse's deduplication window. */
const BATCH_ROWS = 500;

/**
 * Sends dead letters to where they should have gone. Run it after the cause has been repaired; run
 * it again after any failure. Each row is stored once: what the table already has is looked for by
 * `event_id`, and a repeated insert has the same token.
 *
 * @throws TrellisError `replay_interrupted`, retriable, when ClickHouse is not available; what was
 *   replayed until then is noted
 */
export async function replayDeadLetters(options: ReplayOptions): Promise<ReplayReport> {
  const wanted = options.ids === 'all' ? undefined : new Set(options.ids);
  const found = new Set<string>();
  const report: ReplayReport = { replayed: 0, notFound: [], failed: [] };
  for (const file of await letterFileNumbers(options.directory)) {
    const replayedIds = await readReplayedIds(options.directory, file);
    const letters = [...parseLetters(await readFile(letterFile(options.directory, file)))]
      .map(({ letter }) => letter)
      .filter(({ id }) => !replayedIds.has(id) && wanted?.has(id) !== false);
    for (const { id } of letters) {
      found.add(id);
    }
    await new FileReplay(options, file, report).run(letters);
  }
  report.notFound = [...(wanted ?? [])].filter((id) => !found.has(id));
  return report;
}

/** Replays letters of one file and adds to the report. */
class FileReplay {
  readonly #options: ReplayOptions;
  readonly #table: string;
  readonly #file: number;
  readonly #report: ReplayReport;

  constructor(options: ReplayOptions, file: number, report: ReplayReport) {
    this.#options = options;
    this.#table = options.table ?? 'trellis.events';
    this.#file = file;
    this.#report = report;
  }

  async run(letters: readonly DeadLetter[]): Promise<void> {
    const byVersion = new Map<number, EventLetter[]>();
    for (const letter of letters) {
      if (letter.kind === 'conversion') {
        await this.#replayConversion(letter);
      } else if (eventColumnList(letter.row_version) === undefined) {
        this.#fail(letter, `rows of version ${letter.row_version} are unknown`);
      } else {
        byVersion.set(letter.row_version, [...(byVersion.get(letter.row_version) ?? []), letter]);
      }
    }
    for (const events of byVersion.values()) {
      for (let start = 0; start < events.length; start += BATCH_ROWS) {
        await this.#replayEvents(events.slice(start, start + BATCH_ROWS));
      }
    }
  }

  async #replayConversion(letter: DeadLetter & { kind: 'conversion' }): Promise<void> {
    if (this.#options.applyConversion === undefined) {
      this.#fail(letter, 'conversions are replayed with the ledger');
      return;
    }
    await this.#options.applyConversion(letter.conversion);
    await this.#done([letter]);
  }

  async #replayEvents(letters: EventLetter[]): Promise<void> {
    const missing = await this.#missing(letters);
    if (missing.length > 0 && !(await this.#insert(missing))) {
      // Refused: halves, down to the ones that are to blame.
      const middle = Math.ceil(missing.length / 2);
      if (missing.length > 1) {
        await this.#replayEvents(missing.slice(0, middle));
        await this.#replayEvents(missing.slice(middle));
      }
      await this.#done(letters.filter((letter) => !missing.includes(letter)));
      return;
    }
    await this.#done(letters);
  }

  /** The letters whose rows are not in the table. */
  async #missing(letters: EventLetter[]): Promise<EventLetter[]> {
    const rows = new Map(
      letters.map((letter) => [letter, tryDecodeRow(rowOf(letter), letter.row_version)]),
    );
    const readable = [...rows.values()].filter((row) => row !== undefined);
    try {
      const stored = await storedEventIds(this.#options.client, this.#table, readable);
      return letters.filter((letter) => !stored.has(String(rows.get(letter)?.event_id)));
    } catch (error) {
      throw interrupted(error);
    }
  }

  /**
   * @param letters of one row version
   * @returns false when the rows are refused; a single one is then reported
   */
  async #insert(letters: EventLetter[]): Promise<boolean> {
    const columnList = eventColumnList(letters[0]?.row_version ?? 0) ?? '';
    try {
      await insertSegment(this.#options.client, {
        rows: Buffer.concat(letters.map(rowOf)),
        columnList,
        table: this.#table,
        deduplicationToken: tokenOf(letters),
        rowCount: letters.length,
      });
      return true;
    } catch (error) {
      if (classifyInsertFailure(error).kind !== 'refused') {
        throw interrupted(error);
      }
      const [only] = letters;
      if (only !== undefined && letters.length === 1) {
        this.#fail(only, messageOf(error));
      }
      return false;
    }
  }

  async #done(letters: readonly DeadLetter[]): Promise<void> {
    if (letters.length > 0) {
      const ids = letters.map(({ id }) => id);
      await markReplayed(this.#options.directory, this.#file, ids);
      this.#report.replayed += ids.length;
    }
  }

  #fail(letter: DeadLetter, reason: string): void {
    this.#report.failed.push({ id: letter.id, reason });
  }
}

/** One letter: its id, which is also the token of the shipper's attempts. Several: a digest. */
function tokenOf(letters: readonly EventLetter[]): string {
  const [first] = letters;
  if (first !== undefined && letters.length === 1) {
    return first.id;
  }
  const ids = letters.map(({ id }) => id).join('\n');
  return `dead-letters/${createHash('sha256').update(ids).digest('hex')}`;
}

function rowOf(letter: EventLetter): Buffer {
  return Buffer.from(letter.row, 'base64');
}

function interrupted(cause: unknown): TrellisError {
  return new TrellisError('replay_interrupted', `The replay stopped: ${messageOf(cause)}`, {
    retriable: true,
    cause,
  });
}
