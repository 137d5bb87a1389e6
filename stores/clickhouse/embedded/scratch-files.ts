import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exception } from './exception.ts';
import { isFullDisk } from './result-rows.ts';

/**
 * Files and pipes between HTTP and the engine: the data of inserts, the rows of answers. Files are
 * removed as soon as they have served; what a killed process left is removed at the next start.
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

  /** Makes named pipes for the engine to write answers to. */
  makePipes(count: number): string[] {
    const paths = Array.from({ length: count }, (_, index) => join(this.#folder, `pipe-${index}`));
    execFileSync('mkfifo', ['-m', '600', ...paths]);
    return paths;
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
      // A body that is given up half-way must be read on, or its answer could not be sent.
      for await (const chunk of body?.iterator({ destroyOnReturn: false }) ?? []) {
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
}
