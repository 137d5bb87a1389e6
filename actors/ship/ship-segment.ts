import { createHash } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';
import type { Clock } from '../../core/clock.ts';
import { EVENT_ROW_VERSION, eventColumnList } from '../../core/event-columns.ts';
import { insertSegment } from '../../stores/clickhouse/client.ts';
import { rowsBetween, type SegmentContent } from '../log/segment-reader.ts';
import type { DeadLetters } from './dead-letters.ts';
import { classifyInsertFailure, type InsertFailure } from './insert-failure.ts';
import { isWellFormedRow, tryDecodeRow } from './row-decoder.ts';
import { type PieceHistory, type ShipJournal, WHOLE_SEGMENT } from './ship-journal.ts';
import { storedEventIds } from './stored-rows.ts';

export type ShipPorts = {
  client: ClickHouseClient;
  table: string;
  journal: ShipJournal;
  deadLetters: DeadLetters;
  clock: Clock;
  /** Aborted when the shipper stops: no further insert is begun. */
  signal: AbortSignal;
};

/**
 * What became of one attempt to ship a segment.
 * - `settled`: every row is stored or a dead letter; the file may be deleted.
 * - `failed`: an insert failed without fault of the rows, or its fate is unknown.
 * - `held`: something other than ClickHouse keeps it back; it stays as it is.
 */
export type ShipOutcome =
  | { kind: 'settled'; how: 'inserted' | 'already_stored' | 'bisected' | 'empty' }
  | { kind: 'failed'; failure: InsertFailure }
  | { kind: 'held'; reason: 'dead_letters_full' | 'unknown_row_version' | 'unclear' | 'stopping' };

/**
 * How long a deduplication token is relied on. ClickHouse remembers the last 10,000 blocks; one
 * engine inserts at most about 40 a second, so four engines leave a token in the window for a minute.
 * The age of a token says nothing certain after that, and the rows themselves are looked for.
 */
const TOKEN_TRUSTED_MS = 60_000;

/**
 * After this long an insert is over, however it ended: the client gives up after two minutes, and
 * ClickHouse soon after the client.
 */
const INSERT_OVER_MS = 300_000;

/** Attempts after which damaged rows are suspected behind a failure that looks like an outage. */
const SUSPICIOUS_ATTEMPTS = 5;

/** Rows `from` (inclusive) to `to` (exclusive) of the segment. */
type Piece = { from: number; to: number };

type PieceOutcome = ShipOutcome | { kind: 'split' };

/**
 * Ships one segment: as one insert, or, where ClickHouse refuses that, bisected down to the rows it
 * will not have, which become dead letters. Resumes where an earlier attempt ended, also one of a
 * process that has died: see ship-journal.
 *
 * @param attempt 1 for the first attempt of this process
 * @throws TrellisError `dead_letters_unwritable` and the file system's errors: try again later
 */
export async function shipSegment(
  ports: ShipPorts,
  name: string,
  content: SegmentContent,
  attempt: number,
): Promise<ShipOutcome> {
  if (content.records === 0) {
    return { kind: 'settled', how: 'empty' };
  }
  return new SegmentShipping(ports, name, content, attempt).run();
}

/**
 * Invariants: the pieces that were split form a binary tree that depends on the number of rows
 * alone; a piece that was split is never sent again; a piece's token is always sent with the same
 * rows.
 */
class SegmentShipping {
  readonly #ports: ShipPorts;
  readonly #name: string;
  readonly #content: SegmentContent;
  readonly #attempt: number;
  readonly #rowVersion: number;

  constructor(ports: ShipPorts, name: string, content: SegmentContent, attempt: number) {
    this.#ports = ports;
    this.#name = name;
    this.#content = content;
    this.#attempt = attempt;
    this.#rowVersion = content.header?.rowVersion ?? EVENT_ROW_VERSION;
  }

  async run(): Promise<ShipOutcome> {
    let whole: ShipOutcome = { kind: 'settled', how: 'bisected' };
    const pieces: Piece[] = [{ from: 0, to: this.#content.records }];
    for (let piece = pieces.pop(); piece !== undefined; piece = pieces.pop()) {
      if (this.#ports.signal.aborted) {
        return { kind: 'held', reason: 'stopping' };
      }
      const outcome = await this.#settle(piece);
      if (outcome.kind === 'split') {
        const middle = piece.from + Math.floor((piece.to - piece.from) / 2);
        pieces.push({ from: middle, to: piece.to }, { from: piece.from, to: middle });
      } else if (outcome.kind !== 'settled') {
        return outcome;
      } else if (this.#keyOf(piece) === WHOLE_SEGMENT) {
        whole = outcome;
      }
    }
    return whole;
  }

  /** Sees to it that a piece's rows are stored, or dead letters, or the piece is split. */
  async #settle(piece: Piece): Promise<PieceOutcome> {
    const history = this.#ports.journal.history(this.#name).get(this.#keyOf(piece));
    if (history?.state === 'split') {
      return { kind: 'split' };
    }
    if (history?.state === 'done' || history?.state === 'dead') {
      return { kind: 'settled', how: 'bisected' };
    }
    if (piece.to - piece.from === 1 && this.#ports.deadLetters.has(this.#idOf(piece))) {
      await this.#note('dead', piece);
      return { kind: 'settled', how: 'bisected' };
    }
    const firstTryAtMs = history?.firstTryAtMs;
    const isDoubtful =
      firstTryAtMs !== undefined && !this.#isRecent(firstTryAtMs, TOKEN_TRUSTED_MS);
    return isDoubtful ? this.#sendMissing(piece, history) : this.#sendAll(piece);
  }

  #sendAll(piece: Piece): Promise<PieceOutcome> {
    return this.#send(piece, this.#tokenOf(piece), this.#rowsOf(piece), piece.to - piece.from);
  }

  async #send(
    piece: Piece,
    deduplicationToken: string,
    rows: Buffer,
    rowCount: number,
  ): Promise<PieceOutcome> {
    const columnList = eventColumnList(this.#rowVersion);
    if (columnList === undefined) {
      return { kind: 'held', reason: 'unknown_row_version' };
    }
    await this.#note('try', piece);
    const { client, table } = this.#ports;
    try {
      await insertSegment(client, { rows, columnList, table, deduplicationToken, rowCount });
    } catch (error) {
      return this.#fail(piece, classifyInsertFailure(error));
    }
    return this.#settled(piece, 'inserted');
  }

  async #settled(piece: Piece, how: 'inserted' | 'already_stored'): Promise<PieceOutcome> {
    if (!this.#isWhole(piece)) {
      await this.#note('done', piece);
    }
    return { kind: 'settled', how };
  }

  /**
   * Sends what the table does not have yet of a piece whose token may have been forgotten. Nothing
   * there: the whole piece. A part of it (an insert is atomic per partition only): the rest, under a
   * token that names exactly these rows, once an insert that is still running can be excluded.
   */
  async #sendMissing(piece: Piece, history: PieceHistory | undefined): Promise<PieceOutcome> {
    let missing: number[];
    try {
      missing = await this.#missingRows(piece);
    } catch (error) {
      return { kind: 'failed', failure: classifyInsertFailure(error) };
    }
    if (missing.length === 0) {
      return this.#settled(piece, 'already_stored');
    }
    if (missing.length === piece.to - piece.from) {
      return this.#sendAll(piece);
    }
    if (this.#isRecent(history?.lastTryAtMs ?? 0, INSERT_OVER_MS)) {
      return { kind: 'held', reason: 'unclear' };
    }
    const rows = Buffer.concat(missing.map((index) => this.#row(index)));
    const digest = createHash('sha256').update(missing.join()).digest('hex').slice(0, 16);
    return this.#send(piece, `${this.#tokenOf(piece)}/rest-${digest}`, rows, missing.length);
  }

  /** The indices of a piece's rows that are not in the table; rows that cannot be read are not. */
  async #missingRows(piece: Piece): Promise<number[]> {
    const indices = Array.from(
      { length: piece.to - piece.from },
      (_, offset) => piece.from + offset,
    );
    const rows = new Map(
      indices.map((index) => [index, tryDecodeRow(this.#row(index), this.#rowVersion)]),
    );
    const readable = [...rows.values()].filter((row) => row !== undefined);
    const stored = await storedEventIds(this.#ports.client, this.#ports.table, readable);
    return indices.filter((index) => !stored.has(String(rows.get(index)?.event_id)));
  }

  async #fail(piece: Piece, failure: InsertFailure): Promise<PieceOutcome> {
    if (failure.kind !== 'refused' && !this.#isDamageSuspected(piece, failure)) {
      return { kind: 'failed', failure };
    }
    if (piece.to - piece.from > 1) {
      await this.#note('split', piece);
      return { kind: 'split' };
    }
    const row = this.#row(piece.from);
    const stored = await this.#ports.deadLetters.append({
      id: this.#idOf(piece),
      organization_id: String(tryDecodeRow(row, this.#rowVersion)?.organization_id ?? ''),
      code: failure.code,
      reason: failure.message,
      kind: 'event',
      row_version: this.#rowVersion,
      row: row.toString('base64'),
    });
    if (stored === 'full') {
      return { kind: 'held', reason: 'dead_letters_full' };
    }
    await this.#note('dead', piece);
    return { kind: 'settled', how: 'bisected' };
  }

  /**
   * A damaged length can make ClickHouse ask for absurd amounts of memory, which looks like an
   * overload that will pass. When it does not pass, the rows are looked at.
   */
  #isDamageSuspected(piece: Piece, failure: InsertFailure): boolean {
    if (this.#attempt < SUSPICIOUS_ATTEMPTS || failure.code === 'connection') {
      return false;
    }
    for (let index = piece.from; index < piece.to; index += 1) {
      if (!isWellFormedRow(this.#row(index), this.#rowVersion)) {
        return true;
      }
    }
    return false;
  }

  #note(step: 'try' | 'split' | 'done' | 'dead', piece: Piece): Promise<void> {
    const { journal, clock } = this.#ports;
    return journal.record(step, this.#name, this.#keyOf(piece), clock.nowMs());
  }

  /** Whether a time lies in the last so many ms. One in the future is of another clock: no. */
  #isRecent(atMs: number, ageMsMax: number): boolean {
    const ageMs = this.#ports.clock.nowMs() - atMs;
    return ageMs >= 0 && ageMs <= ageMsMax;
  }

  #isWhole(piece: Piece): boolean {
    return piece.from === 0 && piece.to === this.#content.records;
  }

  #keyOf(piece: Piece): string {
    return this.#isWhole(piece) ? WHOLE_SEGMENT : `${piece.from}-${piece.to}`;
  }

  #tokenOf(piece: Piece): string {
    return this.#isWhole(piece) ? this.#name : this.#idOf(piece);
  }

  #idOf(piece: Piece): string {
    return `${this.#name}/${piece.from}-${piece.to}`;
  }

  #rowsOf(piece: Piece): Buffer {
    return rowsBetween(this.#content, piece.from, piece.to);
  }

  #row(index: number): Buffer {
    return rowsBetween(this.#content, index, index + 1);
  }
}
