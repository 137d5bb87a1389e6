import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { exception } from './exception.ts';
import { isFullDisk } from './result-rows.ts';

/** Each write is a thread switch there and back; a socket's chunks of 64 KiB are too small for that. */
const WRITE_BYTES_MIN = 2 * 1024 ** 2;
/** The most that one `writev` takes on Linux (IOV_MAX). */
const WRITE_CHUNKS_MAX = 1024;

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
    const take = (chunk: Buffer): Buffer => {
      this.#count(chunk);
      bytes += chunk.length;
      return chunk;
    };
    try {
      await writeGathered(path, gather(head, body, take));
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

  #count(chunk: Buffer): void {
    if (this.#insertBytes + chunk.length > this.#insertBytesMax) {
      throw exception(
        'TOO_MANY_SIMULTANEOUS_QUERIES',
        `Inserts of more than ${this.#insertBytesMax} bytes are waiting to be stored`,
        { status: 503 },
      );
    }
    this.#insertBytes += chunk.length;
  }
}

/** The chunks of a body in groups, so that each call to the file system has much to do. */
async function* gather(
  head: Buffer,
  body: Readable | undefined,
  take: (chunk: Buffer) => Buffer,
): AsyncGenerator<Buffer[]> {
  let group = [take(head)];
  let bytes = head.length;
  // A body that is given up half-way must be read on, or its answer could not be sent.
  for await (const chunk of body?.iterator({ destroyOnReturn: false }) ?? []) {
    group.push(take(chunk as Buffer));
    bytes += (chunk as Buffer).length;
    if (bytes >= WRITE_BYTES_MIN || group.length >= WRITE_CHUNKS_MAX) {
      yield group;
      group = [];
      bytes = 0;
    }
  }
  yield group;
}

async function writeGathered(path: string, groups: AsyncIterable<Buffer[]>): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const group of groups) {
      await writeAll(file, group);
    }
  } finally {
    await file.close();
  }
}

/** `writev` may write less than it was given. */
async function writeAll(file: FileHandle, group: Buffer[]): Promise<void> {
  let rest = group.filter((chunk) => chunk.length > 0);
  while (rest.length > 0) {
    let { bytesWritten } = await file.writev(rest);
    while (rest[0] !== undefined && bytesWritten >= rest[0].length) {
      bytesWritten -= rest[0].length;
      rest = rest.slice(1);
    }
    if (rest[0] !== undefined) {
      rest[0] = rest[0].subarray(bytesWritten);
    }
  }
}
