import { closeSync, constants, createReadStream, openSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type ClickHouseException, exception, exceptionFrom } from './exception.ts';

/** Answers up to this size stay in memory; larger ones go to a file. */
const MEMORY_BYTES_MAX = 4 * 1024 * 1024;
/** An answer must not fill the disk that the event log needs. */
const FILE_BYTES_MAX = 8 * 1024 ** 3;

/** The rows of one answer. Whoever has it must read it to the end or close it. */
export class ResultRows {
  /** In bytes. */
  readonly size: number;
  readonly #head: readonly Buffer[];
  readonly #file: FileHandle | undefined;

  /** @param file what comes after `head`; undefined when that is all */
  constructor(head: readonly Buffer[], file: FileHandle | undefined, size: number) {
    this.#head = head;
    this.#file = file;
    this.size = size;
  }

  /** Reads all of it and closes it. */
  async bytes(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.#chunks()) {
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  /** Sends it through the steps and closes it, also when the reader goes away. */
  async pipeTo(...steps: [...transforms: NodeJS.ReadWriteStream[], target: Writable]) {
    await pipeline([Readable.from(this.#chunks(), { objectMode: false }), ...steps]);
  }

  /** Gives it up unread. */
  async close(): Promise<void> {
    await this.#file?.close();
  }

  async *#chunks(): AsyncGenerator<Buffer, void, undefined> {
    try {
      yield* this.#head;
      if (this.#file !== undefined) {
        const options = { fd: this.#file, start: 0, autoClose: false, highWaterMark: 256 * 1024 };
        yield* createReadStream('', options) as AsyncIterable<Buffer>;
      }
    } finally {
      await this.close();
    }
  }
}

/**
 * Takes a query's rows out of a named pipe that the engine writes to. Not out of a file: the engine
 * takes no notice when a disk is full, and would call half an answer a whole one.
 *
 * It reads as fast as the engine writes, so a slow client keeps no connection to the engine busy.
 *
 * @param pipe path of the pipe; nobody else may use it meanwhile
 * @param overflow path of a file for what exceeds the memory; its name is removed again
 * @param query runs the query; its rows are worthless when it fails
 * @param cancel ends the query early, because its rows cannot be kept
 * @throws ClickHouseException what `query` throws, 243 when the disk is full, 396 when there is
 *   too much
 */
export async function collectRows<T>(
  pipe: string,
  overflow: string,
  query: () => Promise<T>,
  cancel: () => void,
): Promise<{ outcome: T; rows: ResultRows }> {
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  // While this side is open the pipe has no end, whenever the engine opens and closes its own.
  const writer = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
  const collector = new RowCollector(overflow, cancel);
  const reading = collector.readAll(new Socket({ fd: reader, readable: true, writable: false }));
  const failed = reading.then(
    () => undefined,
    (error: unknown) => exceptionFrom(error),
  );
  try {
    const outcome = await query().finally(() => closeSync(writer));
    return { outcome, rows: await reading };
  } catch (error) {
    const failure = await failed;
    if (failure === undefined) {
      await (await reading).close();
    }
    // A query that was cancelled for the reader's sake failed for the reader's reason.
    throw failure ?? error;
  }
}

/** Gathers rows in memory, then in a file. After a failure it reads on, or the engine would hang. */
class RowCollector {
  readonly #overflow: string;
  readonly #cancel: () => void;
  readonly #head: Buffer[] = [];
  #file: FileHandle | undefined;
  #bytes = 0;
  #failure: ClickHouseException | undefined;

  constructor(overflow: string, cancel: () => void) {
    this.#overflow = overflow;
    this.#cancel = cancel;
  }

  async readAll(source: Readable): Promise<ResultRows> {
    for await (const chunk of source) {
      if (this.#failure === undefined) {
        await this.#keep(chunk as Buffer).catch((error: unknown) => {
          this.#failure = isFullDisk(error)
            ? exception('NOT_ENOUGH_SPACE', 'No space left on device', { cause: error })
            : exceptionFrom(error);
          this.#cancel();
        });
      }
    }
    if (this.#failure !== undefined) {
      await this.#file?.close();
      throw this.#failure;
    }
    return new ResultRows(this.#head, this.#file, this.#bytes);
  }

  async #keep(chunk: Buffer): Promise<void> {
    this.#bytes += chunk.length;
    if (this.#bytes > FILE_BYTES_MAX) {
      throw exception('TOO_MANY_ROWS_OR_BYTES', `The answer exceeds ${FILE_BYTES_MAX} bytes`);
    }
    if (this.#bytes <= MEMORY_BYTES_MAX) {
      this.#head.push(chunk);
      return;
    }
    if (this.#file === undefined) {
      this.#file = await open(this.#overflow, 'w+', 0o600);
      // Without a name it vanishes with its last reader, also when the process is killed.
      await rm(this.#overflow);
    }
    // Unlike write(), this writes all of it or fails.
    await this.#file.writeFile(chunk);
  }
}

/** Whether a file could not be written because nothing more fits. */
export function isFullDisk(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT';
}
