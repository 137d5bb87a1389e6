import type { ClickHouseClient } from '@clickhouse/client';
import { TrellisError } from '../../core/errors.ts';

/** Measured: bytes on disk per click or visit in ClickHouse, its conversions included. */
const EVENT_BYTES = 115;
/** Measured: bytes per click or visit that its conversions take in PostgreSQL, indexes included. */
const LEDGER_BYTES = 12;
/** Merging parts needs the room of the largest of them again. */
const MERGE_FACTOR = 1.6;
/** What is left to the rest of the machine. */
const RESERVE_BYTES = 1024 ** 3;

/** How much disk a history takes, in bytes, once its parts are merged. */
export function estimatedBytes(events: number): number {
  return events * (EVENT_BYTES + LEDGER_BYTES);
}

/** @throws TrellisError `disk_too_small` when ClickHouse's disk surely cannot hold the events */
export async function requireDiskSpace(client: ClickHouseClient, events: number): Promise<void> {
  const result = await client.query({
    query: `SELECT toFloat64(min(unreserved_space)) AS free FROM system.disks WHERE type != 'Broken'`,
    format: 'JSONEachRow',
  });
  const [row] = await result.json<{ free: number }>();
  const needed = estimatedBytes(events) * MERGE_FACTOR + RESERVE_BYTES;
  if (row !== undefined && row.free < needed) {
    throw new TrellisError(
      'disk_too_small',
      `${humanBytes(needed)} are needed while the data are written and merged, and the disk has ` +
        `${humanBytes(row.free)} left. Ask for fewer --events.`,
    );
  }
}

/** `1.2 GB`. */
export function humanBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  return `${value >= 100 || power === 0 ? value.toFixed(0) : value.toFixed(1)} ${units[power]}`;
}
