import { createReadStream, createWriteStream, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exception } from './exception.ts';

/**
 * Files that hold the data of an insert, or the rows of an answer, between HTTP and the engine. They
 * are removed as soon as they have served; what a killed process left is removed at the next start.
 *
 * Invariant: `#insertBytes` is the size of all insert files that exist; it never exceeds the maximum.
 */
export class ScratchFiles {
  readonly #folder: string;
  readonly #insertBytesMax: number;
  #insertBytes = 0;
  #sequence = 0;

  /** @param insertBytesMax of all inserts together that are being received or stored */
  constructor(folder: string, insertBytesMax: number) {
    this.#folder = folder;
    this.#insertBytesMax = insertBytesMax;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(folder)) {
      rmSync(join(folder, name), { force: true });
    }
  }

  /** A path that no file has yet. */
  newPath(): string {
    this.#sequence += 1;
    return join(this.#folder, `${process.pid}-${this.#sequence}`);
  }

  /**
   * Writes the data of an insert to a file, calls `work` with its path and removes it.
   *
   * @throws ClickHouseException 202 when too many bytes of other inserts are on disk, 243 when the
   *   disk is full, and whatever `work` throws
   */
  async withInsertData<T>(
    head: Buffer,
    body: Readable | undefined,
    work: (path: string) => Promise<T>,
  ): Promise<T> {
    const path = this.newPath();
    let bytes = 0;
    const counted = async function* (this: ScratchFiles) {
      yield this.#count(head);
      bytes += head.length;
      for await (const chunk of body ?? []) {
        yield this.#count(chunk as Buffer);
        bytes += (chunk as Buffer).length;
      }
    }.bind(this);
    try {
      await pipeline(counted, createWriteStream(path, { mode: 0o600 }));
      return await work(path);
    } catch (error) {
      if (isFullDisk(error)) {
        throw exception('NOT_ENOUGH_SPACE', 'No space left on device', { cause: error });
      }
      throw error;
    } finally {
      this.#insertBytes -= bytes;
      await rm(path, { force: true });
    }
  }

  #count(chunk: Buffer): Buffer {
    if (this.#insertBytes + chunk.length > this.#insertBytesMax) {
      throw exception(
        'TOO_MANY_SIMULTANEOUS_QUERIES',
        `Inserts of more than ${this.#insertBytesMax} bytes are waiting to be stored`,
        { status: 503 },
      );
    }
    this.#insertBytes += chunk.length;
    return chunk;
  }

  /**
   * Opens an answer's rows and removes their name, so that they vanish with the last reader.
   *
   * @returns undefined when the engine wrote no file, because there was nothing to write
   */
  async takeResult(path: string): Promise<ResultFile | undefined> {
    try {
      const handle = await open(path, 'r');
      const { size } = await handle.stat();
      return new ResultFile(handle, size);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        return undefined;
      }
      throw error;
    } finally {
      await this.discard(path);
    }
  }

  discard(path: string): Promise<void> {
    return rm(path, { force: true });
  }
}

function isFullDisk(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** The rows of one answer. Whoever has it must read it to the end or close it. */
export class ResultFile {
  /** In bytes. */
  readonly size: number;
  readonly #handle: Awaited<ReturnType<typeof open>>;

  constructor(handle: Awaited<ReturnType<typeof open>>, size: number) {
    this.#handle = handle;
    this.size = size;
  }

  /** Reads all of it and closes it. */
  async bytes(): Promise<Buffer> {
    try {
      return await this.#handle.readFile();
    } finally {
      await this.#handle.close();
    }
  }

  /** Gives it up unread. */
  close(): Promise<void> {
    return this.#handle.close();
  }

  /** Sends it through `steps` and closes it, also when the reader goes away. */
  async pipeTo(...steps: [...transforms: NodeJS.ReadWriteStream[], target: Writable]) {
    const source = createReadStream('', { fd: this.#handle, highWaterMark: 256 * 1024 });
    await pipeline([source, ...steps]);
  }
}
