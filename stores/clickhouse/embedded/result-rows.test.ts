import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { collectRows } from './result-rows.ts';

let folder: string;
let pipe: string;
let overflow: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trellis-test-rows-'));
  pipe = join(folder, 'pipe');
  overflow = join(folder, 'overflow');
  execFileSync('mkfifo', [pipe]);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What the engine does: opens the pipe when it has rows, writes them and closes it. */
async function write(...chunks: Buffer[]): Promise<string> {
  const handle = await open(pipe, 'w');
  for (const chunk of chunks) {
    await handle.writeFile(chunk);
  }
  await handle.close();
  return 'done';
}

const noCancel = () => {
  throw new Error('must not be cancelled');
};

test('rows that fit into memory need no file', async () => {
  symlinkSync('/dev/full', overflow);
  const { outcome, rows } = await collectRows(
    pipe,
    overflow,
    () => write(Buffer.from('ab')),
    noCancel,
  );
  expect([outcome, rows.size, (await rows.bytes()).toString()]).toEqual(['done', 2, 'ab']);
});

test('a query without rows gives none, although nobody opened the pipe', async () => {
  const { rows } = await collectRows(pipe, overflow, async () => 'nothing', noCancel);
  expect((await rows.bytes()).length).toBe(0);
});

test('more rows than memory holds come back whole, and their file has no name any more', async () => {
  const chunks = Array.from({ length: 12 }, (_, index) => Buffer.alloc(1024 * 1024, index));
  const { rows } = await collectRows(pipe, overflow, () => write(...chunks), noCancel);
  expect([rows.size, existsSync(overflow)]).toEqual([12 * 1024 * 1024, false]);
  const received: Buffer[] = [];
  await rows.pipeTo(
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        received.push(chunk);
        done();
      },
    }),
  );
  expect(Buffer.concat(received).equals(Buffer.concat(chunks))).toBe(true);
});

test('a full disk is an error, never a shorter answer, and the query is ended', async () => {
  symlinkSync('/dev/full', overflow);
  const cancel = vi.fn();
  const rows = collectRows(pipe, overflow, () => write(Buffer.alloc(9 * 1024 * 1024)), cancel);
  await expect(rows).rejects.toMatchObject({ exceptionCode: 243 });
  expect(cancel).toHaveBeenCalledOnce();
});

test('a query that fails half-way gives its error and leaves nothing for the next one', async () => {
  const failing = async () => {
    await write(Buffer.from('half'));
    throw new Error('broken');
  };
  await expect(collectRows(pipe, overflow, failing, noCancel)).rejects.toThrow('broken');
  const { rows } = await collectRows(pipe, overflow, () => write(Buffer.from('next')), noCancel);
  expect((await rows.bytes()).toString()).toBe('next');
});
