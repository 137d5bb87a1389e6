import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../../core/entry-file.ts';
import { messageOf, TrellisError } from '../../../../core/errors.ts';

/**
 * The networks of data centres in memory that all threads share: read once on the main thread and
 * handed on in `workerData`.
 */
export type DataCentreBuffers = {
  /** The whole file; its layout stands in `scripts/data-centre-file.mjs`. */
  file: SharedArrayBuffer;
  /**
   * 65,537 unsigned 32-bit numbers: how many IPv4 bounds lie below each prefix of 16 bits, and at
   * the end all of them.
   */
  heads: SharedArrayBuffer;
};

/** The typed arrays of the file. Addresses between an even bound and the next are data centres'. */
export type DataCentreBounds = {
  /** Ascending; the first address of a network, the first after it, and so on. */
  v4: Uint32Array;
  /** The same for IPv6, bits 127 to 96 and 95 to 64: a /64 is one customer's. */
  v6High: Uint32Array;
  v6Low: Uint32Array;
};

const MAGIC = 'TRLDC001';
const COUNTS_AT = 40;
const BOUNDS_AT = 48;
const PREFIXES = 65_536;

/** Where the build puts the file. */
const BUILT_FILE = join(projectRoot, 'dist/actors/worker/fraud/signals/data-centres.bin');

/**
 * Reads the networks of data centres: about 0.5 MB, a few milliseconds.
 *
 * @throws TrellisError `data_centres_unreadable` when the build is missing or the file is damaged
 */
export function loadDataCentreBuffers(path: string = BUILT_FILE): DataCentreBuffers {
  try {
    const bytes = readFileSync(path);
    const file = new SharedArrayBuffer(bytes.length);
    new Uint8Array(file).set(bytes);
    const { v4 } = dataCentreBounds(file);
    return { file, heads: headsOf(v4) };
  } catch (thrown) {
    throw new TrellisError(
      'data_centres_unreadable',
      `The networks of data centres cannot be read; run 'npm run build': ${messageOf(thrown)}`,
      { cause: thrown },
    );
  }
}

/**
 * Views on the bounds in the file.
 *
 * @throws Error when it is no such file or not whole
 */
export function dataCentreBounds(file: SharedArrayBuffer): DataCentreBounds {
  const isWhole = file.byteLength >= BOUNDS_AT;
  const magic = isWhole ? Buffer.from(file, 0, MAGIC.length).toString('latin1') : '';
  const [v4Count = 0, v6Count = 0] = isWhole ? new Uint32Array(file, COUNTS_AT, 2) : [];
  if (magic !== MAGIC || file.byteLength !== BOUNDS_AT + 4 * (v4Count + 2 * v6Count)) {
    throw new Error('the file is not one of data centres, or is damaged');
  }
  const v6HighAt = BOUNDS_AT + 4 * v4Count;
  return {
    v4: new Uint32Array(file, BOUNDS_AT, v4Count),
    v6High: new Uint32Array(file, v6HighAt, v6Count),
    v6Low: new Uint32Array(file, v6HighAt + 4 * v6Count, v6Count),
  };
}

function headsOf(v4: Uint32Array): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(4 * (PREFIXES + 1));
  const heads = new Uint32Array(shared);
  let below = 0;
  for (let prefix = 0; prefix < PREFIXES; prefix++) {
    while (below < v4.length && (v4[below] ?? 0) < prefix * 65_536) {
      below += 1;
    }
    heads[prefix] = below;
  }
  heads[PREFIXES] = v4.length;
  return shared;
}
