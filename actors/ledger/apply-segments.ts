import { readdirSync } from 'node:fs';
import { rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConversionRecord } from '../../core/conversion.ts';
import { decodeConversion } from '../../core/conversion-codec.ts';
import { messageOf, TrellisError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { listSegments } from '../log/segment.ts';
import { readSegment } from '../log/segment-reader.ts';
import type { InsertConversions } from './insert-conversions.ts';

/** A record that PostgreSQL refuses for its content, for the dead letter queue. */
export type ConversionLetter = {
  /** `<segment>/<index of the record>`. */
  id: string;
  organization_id: string;
  /** PostgreSQL's SQLSTATE. */
  code: string;
  reason: string;
  kind: 'conversion';
  conversion: ConversionRecord;
};

export type AppliedOutcome = 'inserted' | 'known' | 'duplicate' | 'refused' | 'unreadable';

export type SegmentApplierOptions = {
  /** `DATA_DIR/log/conversions`; holds one directory per shard. */
  directory: string;
  insert: InsertConversions;
  deadLetter: (letter: ConversionLetter) => Promise<'stored' | 'full'>;
  onOutcome: (outcome: AppliedOutcome, records: number) => void;
  /** Called when the ledger has new rows. */
  onInserted: () => void;
  logger: Logger;
};

const BATCH_RECORDS_MAX = 500;

/**
 * Tells the ledger what the conversion log holds: sealed segments, oldest first, each deleted after
 * all its records are in the ledger (or among the dead letters). Most records are there already, by
 * their claims. A crash in between only means that a segment is applied again.
 */
export class SegmentApplier {
  readonly #options: SegmentApplierOptions;

  constructor(options: SegmentApplierOptions) {
    this.#options = options;
  }

  /**
   * Applies every segment that is sealed now.
   *
   * @throws when PostgreSQL is out of reach or the dead letter queue takes nothing; what was not
   *   applied stays where it is
   */
  async run(): Promise<void> {
    for (const directory of this.#shardDirectories()) {
      for (const { file, name, state } of listSegments(directory)) {
        if (state === 'sealed') await this.#apply(join(directory, file), name);
      }
    }
  }

  #shardDirectories(): string[] {
    const { directory } = this.#options;
    try {
      return readdirSync(directory, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => join(directory, entry.name));
    } catch (error) {
      // Made together with the first segment.
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
  }

  async #apply(path: string, segment: string): Promise<void> {
    const content = readSegment(path);
    let unreadable = content.corruptRecords;
    let index = 0;
    let batch: Array<{ id: string; record: ConversionRecord }> = [];
    for (const payload of content.payloads) {
      const record = tryDecode(payload);
      if (record === undefined) unreadable += 1;
      else batch.push({ id: `${segment}/${index}`, record });
      index += 1;
      if (batch.length === BATCH_RECORDS_MAX) {
        await this.#insert(batch);
        batch = [];
      }
    }
    await this.#insert(batch);
    if (unreadable === 0) await unlink(path);
    else await this.#keepDamaged(path, unreadable);
  }

  async #insert(batch: Array<{ id: string; record: ConversionRecord }>): Promise<void> {
    const outcomes = await this.#options.insert(batch.map(({ record }) => record));
    const counts = new Map<AppliedOutcome, number>();
    for (const [index, { id, record }] of batch.entries()) {
      const outcome = outcomes[index];
      if (outcome === undefined) throw new Error(`The ledger gave no outcome for ${id}`);
      counts.set(outcome.kind, (counts.get(outcome.kind) ?? 0) + 1);
      if (outcome.kind === 'refused') await this.#bury(id, record, outcome);
    }
    for (const [outcome, records] of counts) this.#options.onOutcome(outcome, records);
    if (counts.has('inserted')) this.#options.onInserted();
  }

  async #bury(
    id: string,
    conversion: ConversionRecord,
    { code, reason }: { code: string; reason: string },
  ): Promise<void> {
    const { organization_id } = conversion;
    const letter = { id, organization_id, code, reason, kind: 'conversion', conversion } as const;
    if ((await this.#options.deadLetter(letter)) === 'full') {
      throw new TrellisError('dead_letters_full', 'The dead letter queue is full', {
        retriable: true,
      });
    }
  }

  /** Nothing that cannot be read is deleted: it may be a conversion somebody can still save. */
  async #keepDamaged(path: string, unreadable: number): Promise<void> {
    const damaged = path.replace(/\.sealed$/, '.damaged');
    await rename(path, damaged);
    this.#options.onOutcome('unreadable', unreadable);
    this.#options.logger.error(
      { file: damaged, records: unreadable },
      'A segment of the conversion log is damaged: what could be read is in the ledger, the file is kept',
    );
  }
}

function tryDecode(payload: Uint8Array): ConversionRecord | undefined {
  try {
    return decodeConversion(payload);
  } catch (error) {
    if (error instanceof TrellisError) return undefined;
    throw new Error(`A conversion could not be decoded: ${messageOf(error)}`, { cause: error });
  }
}
