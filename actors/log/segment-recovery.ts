import { closeSync, ftruncateSync, openSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { listSegments, SEGMENT_FILE_BYTES_MAX } from './segment.ts';
import { readSegment, type SegmentContent } from './segment-reader.ts';

/** Payloads of recovered segments are kept in memory up to this, the newest segments first. */
const KEPT_BYTES_MAX = 64 * 1_048_576;

/** What a writer that died left open, as found by its successor. */
export type Recovered = {
  /** Segments with at least one record, handed over for sealing. */
  segments: number;
  /** Intact records in them. */
  records: number;
  /** Unreadable records in them; they stay in the file, and are counted again when it is shipped. */
  corruptRecords: number;
  corruptBytes: number;
  /** Bytes of appends that were never completed, cut off. */
  tornBytes: number;
  /** Open segments that could not be read; they stay as they are for the next start. */
  unreadable: number;
  /**
   * The payloads of the recovered segments, oldest first (of the newest 64 MiB). A click of the
   * last batch that the dead writer appended is among them.
   */
  payloads(): Iterable<Buffer>;
  /** Frees the payloads once they are no longer of interest. */
  release(): void;
};

/** One segment that a writer left open. */
export type RecoveredSegment = {
  /** When it was created; later segments of a directory have later times. */
  epochMs: number;
  content: SegmentContent;
};

export type Recovery = {
  recovered: Recovered;
  /** The segments whose payloads are kept, oldest first; empty after `recovered.release`. */
  segments: readonly RecoveredSegment[];
  /** Names of the segments to seal, oldest first. */
  toSeal: string[];
  /** Greatest creation time among the directory's names, sealed ones included; 0 for none. */
  newestEpochMs: number;
};

/**
 * Brings the open segments of a directory in order: a torn tail is cut off at the end of the last
 * record, damage in the middle is left for the reader to step over, an empty segment is deleted.
 *
 * @throws the file system's error when the directory cannot be listed
 */
export function recoverDirectory(directory: string): Recovery {
  const files = listSegments(directory);
  const newestEpochMs = files.at(-1)?.epochMs ?? 0;
  const toSeal: string[] = [];
  const segments: RecoveredSegment[] = [];
  const counts = { records: 0, corruptRecords: 0, corruptBytes: 0, tornBytes: 0, unreadable: 0 };
  let keptBytes = 0;
  for (const { file, name, state, epochMs } of files) {
    if (state !== 'open') {
      continue;
    }
    const outcome = recoverSegment(join(directory, file));
    if (outcome === 'unreadable') {
      counts.unreadable += 1;
    } else if (outcome !== 'gone') {
      counts.records += outcome.records;
      counts.corruptRecords += outcome.corruptRecords;
      counts.corruptBytes += outcome.corruptBytes;
      counts.tornBytes += outcome.tornBytes;
      if (outcome.records + outcome.corruptRecords > 0) {
        toSeal.push(name);
        segments.push({ epochMs, content: outcome });
        keptBytes += outcome.payloadBytes;
      }
      while (keptBytes > KEPT_BYTES_MAX) {
        keptBytes -= segments.shift()?.content.payloadBytes ?? keptBytes;
      }
    }
  }
  const recovered: Recovered = {
    segments: toSeal.length,
    ...counts,
    payloads: () => allPayloads(segments),
    release: () => {
      segments.length = 0;
    },
  };
  return { recovered, segments, toSeal, newestEpochMs };
}

function* allPayloads(segments: readonly RecoveredSegment[]): Iterable<Buffer> {
  for (const { content } of segments) {
    yield* content.payloads;
  }
}

/** Gone: an earlier request sealed it while we looked. */
function recoverSegment(path: string): SegmentContent | 'gone' | 'unreadable' {
  try {
    const content = readSegment(path);
    if (content.records + content.corruptRecords === 0) {
      unlinkSync(path);
    } else if (content.tornTail && content.endOffset < SEGMENT_FILE_BYTES_MAX) {
      truncate(path, content.endOffset);
    }
    return content;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT'
      ? 'gone'
      : 'unreadable';
  }
}

function truncate(path: string, bytes: number): void {
  const fd = openSync(path, 'r+');
  try {
    ftruncateSync(fd, bytes);
  } finally {
    closeSync(fd);
  }
}
