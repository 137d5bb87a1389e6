/** What the tests of the event log share: framed batches, repeatable chance, folders of their own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../../core/clock.ts';
import { RECORD_HEADER_BYTES, sealRecord } from '../record.ts';
import { listSegments } from '../segment.ts';
import { readSegment } from '../segment-reader.ts';

/** The payloads as sealed records, side by side, as an actor hands them to `append`. */
export function frame(payloads: readonly Uint8Array[]): Buffer {
  const bytes = payloads.reduce((sum, each) => sum + RECORD_HEADER_BYTES + each.length, 0);
  const batch = Buffer.alloc(bytes);
  let start = 0;
  for (const payload of payloads) {
    batch.set(payload, start + RECORD_HEADER_BYTES);
    const end = start + RECORD_HEADER_BYTES + payload.length;
    sealRecord(batch, start, end);
    start = end;
  }
  return batch;
}

export function texts(payloads: Iterable<Buffer>): string[] {
  return [...payloads].map((payload) => payload.toString('latin1'));
}

/** All payloads of a directory's segments, oldest segment first. */
export function textsIn(directory: string, state?: 'open' | 'sealed'): string[] {
  return listSegments(directory)
    .filter((segment) => state === undefined || segment.state === state)
    .flatMap((segment) => texts(readSegment(join(directory, segment.file)).payloads));
}

/** Numbers in [0, 1) that are the same in each run (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export class ManualClock implements Clock {
  #nowMs = 1_700_000_000_000;

  nowMs(): number {
    return this.#nowMs;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }
}

/** A new directory that `cleanUp` removes. */
export function temporaryDirectory(): { directory: string; cleanUp: () => void } {
  const directory = mkdtempSync(join(tmpdir(), 'trellis-log-'));
  return { directory, cleanUp: () => rmSync(directory, { recursive: true, force: true }) };
}
