import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { entryFile } from '../../core/entry-file.ts';
import { listDeadLetters } from './dead-letter-files.ts';
import { openDeadLetters } from './dead-letters.ts';
import { ShipJournal } from './ship-journal.ts';
import { startShipper } from './shipper.ts';
import { startTestStore } from './testing/killable-store.ts';
import {
  clickPayloads,
  removeDirectory,
  silentLogger,
  temporaryDirectory,
  writeSegment,
} from './testing/segments.ts';

let store: Awaited<ReturnType<typeof startTestStore>>;
let root: string;
const table = 'trellis.events';

beforeEach(async () => {
  store = await startTestStore();
  root = temporaryDirectory();
  const journal = join(root, 'clicks-shipping', 'journal');
  await (await ShipJournal.open(journal, new Set())).close();
});

afterEach(async () => {
  await store.stop();
  removeDirectory(root);
});

const log = () => join(root, 'clicks');
const segments = () => readdirSync(join(log(), '0')).filter((file) => file.endsWith('.sealed'));

async function stored(): Promise<{ rows: number; ids: number }> {
  const result = await store.client.query({
    query: `SELECT toUInt32(count()) AS rows, toUInt32(uniqExact(event_id)) AS ids FROM ${table}`,
    format: 'JSONEachRow',
  });
  const [counts] = await result.json<{ rows: number; ids: number }>();
  return counts ?? { rows: -1, ids: -1 };
}

/** Resolves after 0 to `msMax` ms, at a moment that has nothing to do with what is going on. */
function randomMoment(msMax: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * msMax));
}

describe('rows are stored exactly once', { timeout: 120_000 }, () => {
  it('when ClickHouse is killed in mid-insert, again and again', async () => {
    const registry = new Registry();
    const common = { clock: systemClock, registry, logger: silentLogger };
    const deadLetters = await openDeadLetters({
      ...common,
      directory: join(root, 'dead-letters'),
    });
    const shipper = await startShipper({
      ...common,
      directory: log(),
      client: store.client,
      deadLetters,
      table,
      retryDelays: { delayMsMin: 5, delayMsMax: 50 },
    });
    const rowsPerSegment = 2000;
    let rows = 0;
    for (let kill = 0; kill < 5; kill += 1) {
      for (let index = 0; index < 3; index += 1) {
        writeSegment(log(), clickPayloads(rows, rowsPerSegment));
        rows += rowsPerSegment;
      }
      shipper.nudge();
      await expect
        .poll(() => shipper.status().segmentsInFlight, { interval: 1, timeout: 30_000 })
        .toBe(2);
      await randomMoment(150);
      await store.kill();
      await store.start();
    }
    await expect.poll(segments, { timeout: 30_000 }).toEqual([]);
    expect(await stored()).toEqual({ rows, ids: rows });
    await shipper.stop();
    await deadLetters.close();
  });

  it('when the shipper is killed in mid-bisect, again and again', async () => {
    await store.client.command({
      query: `ALTER TABLE ${table} ADD CONSTRAINT refused CHECK NOT endsWith(event_id, '4')`,
    });
    const rows = 160;
    writeSegment(log(), clickPayloads(0, rows / 2));
    writeSegment(log(), clickPayloads(rows / 2, rows / 2));
    for (let kill = 0; kill < 5; kill += 1) {
      const child = await startShipperProcess();
      await randomMoment(200);
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    const child = await startShipperProcess();
    await expect.poll(segments, { timeout: 30_000 }).toEqual([]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const refused = rows / 16;
    expect(await stored()).toEqual({ rows: rows - refused, ids: rows - refused });
    const { letters } = await listDeadLetters({ directory: join(root, 'dead-letters') });
    expect(new Set(letters.map(({ decoded }) => decoded?.event_id)).size).toBe(refused);
    expect(letters).toHaveLength(refused);
  });
});

async function startShipperProcess(): Promise<ChildProcess> {
  const file = entryFile('actors/ship/testing/ship-until-killed');
  const child = spawn(process.execPath, [file, root, store.url, table], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  return child;
}
