import { type FileHandle, mkdir, open, readFile, rm } from 'node:fs/promises';
import { Counter, type Registry } from 'prom-client';
import type { Clock } from '../../core/clock.ts';
import { messageOf, TrellisError } from '../../core/errors.ts';
import {
  type DeadLetter,
  type DeadLetterContent,
  fileState,
  letterFile,
  letterFileNumbers,
  parseLetters,
  readReplayedIds,
  replayedFile,
} from './dead-letter-files.ts';

/** What a caller gives for a letter; the time and the form on disk are added here. */
export type NewDeadLetter = Pick<DeadLetter, 'id' | 'organization_id' | 'code' | 'reason'> &
  DeadLetterContent;

export interface DeadLetters {
  /**
   * Puts a letter into the queue. `stored`: it is on disk (fdatasync), or one with this id already
   * was. `full`: the queue has reached its cap; the caller keeps what it has and asks again later,
   * because dropping it here would lose it without a trace.
   *
   * @throws TrellisError `dead_letters_unwritable`, retriable, for example on a full disk
   */
  append(letter: NewDeadLetter): Promise<'stored' | 'full'>;
  /** Whether a letter with this id is or was in the queue. */
  has(id: string): boolean;
  close(): Promise<void>;
}

const FILE_BYTES_MAX = 4 * 1024 * 1024;
const REASON_CHARACTERS_MAX = 500;
/**
 * How long the files of replayed letters are kept: a shipper that crashed after writing a letter and
 * before noting so finds out from them that the row needs no second attempt.
 */
const REPLAYED_KEPT_MS = 3_600_000;
/** How often a full queue looks for replayed files that it may delete. */
const RECLAIM_INTERVAL_MS = 10_000;

/**
 * Opens the dead letter queue for writing. One owner at a time: the engine's background thread.
 *
 * @param options.bytesMax cap on the queue's size on disk, 256 MiB unless told
 * @throws Node's own errors when the directory cannot be made or read
 */
export async function openDeadLetters(options: {
  directory: string;
  clock: Clock;
  registry: Registry;
  bytesMax?: number;
}): Promise<DeadLetters> {
  const writer = new DeadLetterWriter(options);
  await writer.open();
  return writer;
}

/**
 * Invariants: calls take turns, so a letter's bytes are never mixed with another's; everything
 * before `#fileBytes` in the newest file is whole lines.
 */
class DeadLetterWriter implements DeadLetters {
  readonly #directory: string;
  readonly #clock: Clock;
  readonly #bytesMax: number;
  readonly #storedTotal: Counter;
  readonly #refusedTotal: Counter;
  #turn: Promise<unknown> = Promise.resolve();
  #ids = new Set<string>();
  #file: FileHandle | undefined;
  /** The file that is written to; 0 while there is none yet. */
  #fileNumber = 0;
  #fileBytes = 0;
  #bytes = 0;
  #reclaimedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: {
    directory: string;
    clock: Clock;
    registry: Registry;
    bytesMax?: number;
  }) {
    this.#directory = options.directory;
    this.#clock = options.clock;
    this.#bytesMax = options.bytesMax ?? 256 * 1024 * 1024;
    const registers = [options.registry];
    this.#storedTotal = new Counter({
      name: 'trellis_dead_letters_total',
      help: 'Rows put into the dead letter queue.',
      registers,
    });
    this.#refusedTotal = new Counter({
      name: 'trellis_dead_letters_refused_total',
      help: 'Times a row was kept back because the dead letter queue was full.',
      registers,
    });
  }

  async open(): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    await this.#reclaim();
    for (const number of await letterFileNumbers(this.#directory)) {
      const content = await readFile(letterFile(this.#directory, number));
      for (const { letter } of parseLetters(content)) {
        this.#ids.add(letter.id);
      }
      this.#fileNumber = number;
      // A cut-off last line was never acknowledged; the next letter is written over it.
      this.#fileBytes = content.lastIndexOf(10) + 1;
    }
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  append(letter: NewDeadLetter): Promise<'stored' | 'full'> {
    return this.#inTurn(() => this.#append(letter));
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#file?.close();
      this.#file = undefined;
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    // Whoever called gets the failure; the next in turn only waits for the end.
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #append(letter: NewDeadLetter): Promise<'stored' | 'full'> {
    if (this.#ids.has(letter.id)) {
      return 'stored';
    }
    const line = Buffer.from(`${JSON.stringify(this.#complete(letter))}\n`);
    if (this.#bytes + line.length > this.#bytesMax) {
      await this.#reclaimAtTimes();
    }
    if (this.#bytes + line.length > this.#bytesMax) {
      this.#refusedTotal.inc();
      return 'full';
    }
    try {
      await this.#write(line);
    } catch (error) {
      throw new TrellisError(
        'dead_letters_unwritable',
        `The dead letter queue cannot be written: ${messageOf(error)}`,
        { retriable: true, cause: error },
      );
    }
    this.#ids.add(letter.id);
    this.#storedTotal.inc();
    return 'stored';
  }

  #complete(letter: NewDeadLetter): DeadLetter {
    return {
      ...letter,
      dead_lettered_at: new Date(this.#clock.nowMs()).toISOString(),
      reason: letter.reason.slice(0, REASON_CHARACTERS_MAX),
    };
  }

  async #write(line: Buffer): Promise<void> {
    if (this.#fileNumber === 0 || this.#fileBytes >= FILE_BYTES_MAX) {
      await this.#file?.close();
      this.#file = undefined;
      this.#fileNumber += 1;
      this.#fileBytes = 0;
    }
    const file = this.#file ?? (await this.#openFile());
    // The position is explicit, so that what a failed write left behind is written over.
    let written = 0;
    while (written < line.length) {
      const { bytesWritten } = await file.write(
        line,
        written,
        line.length - written,
        this.#fileBytes + written,
      );
      written += bytesWritten;
    }
    await file.datasync();
    this.#fileBytes += line.length;
    this.#bytes += line.length;
  }

  async #openFile(): Promise<FileHandle> {
    const path = letterFile(this.#directory, this.#fileNumber);
    const file = await open(path, (await fileState(path)).bytes > 0 ? 'r+' : 'w');
    await file.truncate(this.#fileBytes);
    await syncDirectory(this.#directory);
    this.#file = file;
    return file;
  }

  async #reclaimAtTimes(): Promise<void> {
    if (Math.abs(this.#clock.nowMs() - this.#reclaimedAtMs) >= RECLAIM_INTERVAL_MS) {
      await this.#reclaim();
    }
  }

  /** Deletes files whose every letter was replayed a while ago, and counts the bytes that remain. */
  async #reclaim(): Promise<void> {
    const nowMs = this.#clock.nowMs();
    this.#reclaimedAtMs = nowMs;
    let bytes = 0;
    for (const number of await letterFileNumbers(this.#directory)) {
      const path = letterFile(this.#directory, number);
      const marks = await fileState(replayedFile(this.#directory, number));
      const isOld = nowMs - marks.changedAtMs > REPLAYED_KEPT_MS;
      const isCurrent = number === this.#fileNumber;
      if (marks.bytes > 0 && isOld && !isCurrent && (await this.#isReplayed(number))) {
        await rm(path);
        await rm(replayedFile(this.#directory, number), { force: true });
      } else {
        bytes += (await fileState(path)).bytes;
      }
    }
    this.#bytes = bytes;
  }

  async #isReplayed(number: number): Promise<boolean> {
    const replayedIds = await readReplayedIds(this.#directory, number);
    const content = await readFile(letterFile(this.#directory, number));
    return [...parseLetters(content)].every(({ letter }) => replayedIds.has(letter.id));
  }
}

/** Makes created, renamed and deleted names of a directory survive a power loss. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
