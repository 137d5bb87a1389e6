import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { EVENT_ROW_VERSION } from '../../../core/event-columns.ts';
import { RECORD_HEADER_BYTES, recordMarker, sealRecord } from '../../log/record.ts';
import {
  encodeSegmentHeader,
  formatSegmentName,
  SEGMENT_FORMAT_VERSION,
} from '../../log/segment.ts';
import { clickRow, encodeRow } from './rows.ts';

/** Sealed segments for tests, written without the event log's machinery. */

let segmentsWritten = 0;

/** A new folder below the system's temporary one; remove it with `rm`. */
export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'trellis-ship-'));
}

export function removeDirectory(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

export const silentLogger = pino({ level: process.env.SHIP_LOG ?? 'silent' });

/**
 * Writes a sealed segment of these payloads.
 *
 * @param directory the log's: holds one folder per shard
 * @returns its name, which is its deduplication token, and its path
 */
export function writeSegment(
  directory: string,
  payloads: readonly Buffer[],
  options: { shard?: number; epochMs?: number; rowVersion?: number } = {},
): { name: string; path: string } {
  const shard = options.shard ?? 0;
  const createdMs = options.epochMs ?? Date.now();
  segmentsWritten += 1;
  const name = formatSegmentName({
    nodeId: 'node1',
    lane: 'clicks',
    shard,
    epochMs: createdMs,
    sequence: segmentsWritten,
    marker: recordMarker,
  });
  const folder = join(directory, String(shard));
  mkdirSync(folder, { recursive: true });
  const header = encodeSegmentHeader({
    formatVersion: SEGMENT_FORMAT_VERSION,
    rowVersion: options.rowVersion ?? EVENT_ROW_VERSION,
    lane: 'clicks',
    shard,
    nodeId: 'node1',
    createdMs,
    marker: recordMarker,
  });
  const draft = join(folder, `${name}.draft`);
  const path = join(folder, `${name}.sealed`);
  writeFileSync(draft, Buffer.concat([header, ...payloads.map(sealedRecord)]));
  renameSync(draft, path);
  return { name, path };
}

function sealedRecord(payload: Buffer): Buffer {
  const record = Buffer.concat([Buffer.alloc(RECORD_HEADER_BYTES), payload]);
  sealRecord(record, 0, record.length);
  return record;
}

/** The rows of `count` clicks, numbered from `first`. */
export function clickPayloads(first: number, count: number): Buffer[] {
  return Array.from({ length: count }, (_, index) => encodeRow(clickRow(first + index)));
}
