import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeConversion } from '../../core/conversion-codec.ts';
import { createLogger } from '../../core/logger.ts';
import { createTestDatabase, type TestDatabase } from '../../test/stores.ts';
import { type AppliedOutcome, type ConversionLetter, SegmentApplier } from './apply-segments.ts';
import { insertConversions } from './insert-conversions.ts';
import { makeConversion, writeConversions, writeSegment } from './test-support.ts';

let database: TestDatabase;
let directory: string;
let letters: ConversionLetter[];
let counts: Partial<Record<AppliedOutcome, number>>;
let deadLettersAnswer: 'stored' | 'full';

beforeEach(async () => {
  database = await createTestDatabase();
  directory = mkdtempSync(join(tmpdir(), 'trellis-ledger-'));
  letters = [];
  counts = {};
  deadLettersAnswer = 'stored';
});

afterEach(async () => {
  await database.drop();
  rmSync(directory, { recursive: true });
});

function openApplier(): SegmentApplier {
  return new SegmentApplier({
    directory,
    insert: (records) => insertConversions(database.pool, records, 5_000),
    deadLetter: async (letter) => {
      if (deadLettersAnswer === 'stored') letters.push(letter);
      return deadLettersAnswer;
    },
    onOutcome: (outcome, records) => {
      counts[outcome] = (counts[outcome] ?? 0) + records;
    },
    onInserted: () => undefined,
    logger: createLogger('test-ledger'),
  });
}

async function rowsInLedger(): Promise<number> {
  const { rows } = await database.pool.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM conversions',
  );
  return rows[0]?.n ?? -1;
}

test('a log without segments, or without a directory, is nothing to do', async () => {
  await openApplier().run();
  rmSync(directory, { recursive: true });
  await openApplier().run();
  expect(counts).toEqual({});
  directory = mkdtempSync(join(tmpdir(), 'trellis-ledger-'));
});

test('every record of sealed segments reaches the ledger once, and the segments go', async () => {
  const records = Array.from({ length: 1_203 }, (_, index) =>
    makeConversion({ click_id: `click-${index}`, metadata: { n: String(index) } }),
  );
  writeConversions(directory, records.slice(0, 1_200));
  writeConversions(directory, [...records.slice(1_199), makeConversion({ click_id: 'click-0' })]);
  await openApplier().run();
  expect(await rowsInLedger()).toBe(1_203);
  expect(counts).toEqual({ inserted: 1_203, known: 1, duplicate: 1 });
  expect(readdirSync(join(directory, '0'))).toEqual([]);
});

test('an open segment is left to its writer', async () => {
  const sealed = writeConversions(directory, [makeConversion()]);
  const open = sealed.replace(/sealed$/, 'open');
  writeFileSync(open, readFileSync(sealed));
  rmSync(sealed);
  await openApplier().run();
  expect(existsSync(open)).toBe(true);
  expect(await rowsInLedger()).toBe(0);
});

test('a segment that was applied before the process died is applied again without effect', async () => {
  const path = writeConversions(directory, [makeConversion(), makeConversion({ order_id: '2' })]);
  const content = readFileSync(path);
  await openApplier().run();
  writeFileSync(path, content);
  await openApplier().run();
  expect(counts).toEqual({ inserted: 2, known: 2 });
  expect(await rowsInLedger()).toBe(2);
});

test('a record that PostgreSQL refuses goes to the dead letters, the others to the ledger', async () => {
  const bad = makeConversion({ click_id: 'nul', metadata: { note: '\u0000' } });
  const path = writeConversions(directory, [
    ...Array.from({ length: 10 }, (_, index) => makeConversion({ click_id: `click-${index}` })),
    bad,
  ]);
  await openApplier().run();
  expect(counts).toEqual({ inserted: 10, refused: 1 });
  expect(letters).toEqual([expect.objectContaining({ code: '22P05', conversion: bad })]);
  expect(letters[0]?.id).toMatch(/^test-conversions-.*\/10$/);
  expect(existsSync(path)).toBe(false);
});

test('a full dead letter queue keeps the segment', async () => {
  deadLettersAnswer = 'full';
  const path = writeConversions(directory, [makeConversion({ metadata: { note: '\u0000' } })]);
  await expect(openApplier().run()).rejects.toMatchObject({ code: 'dead_letters_full' });
  expect(existsSync(path)).toBe(true);
});

test('what can be read of a damaged segment is applied and the file is kept', async () => {
  const path = writeSegment(directory, [
    encodeConversion(makeConversion()),
    Uint8Array.of(0x01),
    encodeConversion(makeConversion({ order_id: '2' })),
  ]);
  await openApplier().run();
  expect(counts).toEqual({ inserted: 2, unreadable: 1 });
  expect(readdirSync(dirname(path))).toEqual([expect.stringMatching(/\.damaged$/)]);
});

test('while PostgreSQL is away a segment stays', async () => {
  const path = writeConversions(directory, [makeConversion()]);
  const applier = new SegmentApplier({
    directory,
    insert: () => Promise.reject(new Error('away')),
    deadLetter: async () => 'stored',
    onOutcome: () => undefined,
    onInserted: () => undefined,
    logger: createLogger('test-ledger'),
  });
  await expect(applier.run()).rejects.toThrow('away');
  expect(existsSync(path)).toBe(true);
});
