// HOT PATH: collects the rows of a mailbox batch. Budget: 100 ns a row besides the encoding.
import { RECORD_HEADER_BYTES, sealRecord } from '../log/record.ts';
import type { AppendOutcome, SegmentLog } from '../log/segment-log.ts';
import { RowWriter } from './encode/row-writer.ts';

const BATCH_BYTES = 4 * 1024 * 1024;
/** The largest request there is, a `/collect` of 512 KiB, and what its rows add to it. */
const ROOM_BYTES_MIN = 2 * 1024 * 1024;

/**
 * The framed rows of one mailbox batch, appended to the log by one write.
 *
 * Use: `begin` a row, write its columns to `rows`, `end` it; `append` all of them.
 */
export class EventBatch {
  readonly rows = new RowWriter(BATCH_BYTES);
  records = 0;
  #recordStart = 0;

  /** Whether the next request might not fit any more. */
  get isNearlyFull(): boolean {
    return this.rows.remaining < ROOM_BYTES_MIN;
  }

  begin(): void {
    this.#recordStart = this.rows.position;
    this.rows.position += RECORD_HEADER_BYTES;
  }

  end(): void {
    sealRecord(this.rows.buffer, this.#recordStart, this.rows.position);
    this.records++;
  }

  /** Writes the batch to the log and empties it, whatever the outcome. An empty one succeeds. */
  append(log: SegmentLog): AppendOutcome {
    if (this.records === 0) {
      return 'appended';
    }
    const outcome = log.append(this.rows.buffer, this.rows.position, this.records);
    this.discard();
    return outcome;
  }

  /** Empties the batch without writing it. */
  discard(): void {
    this.rows.position = 0;
    this.records = 0;
  }
}
