import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertSegment } from '../../stores/clickhouse/client.ts';
import { clickRow, encodeRow } from '../../stores/clickhouse/testing/event-rows.ts';
import { createTestClickHouse, type TestClickHouse } from '../../test/stores.ts';
import { EVENT_COLUMN_LIST } from '../event-columns.ts';
import type { Condition } from './condition.ts';
import { compileRules } from './matcher.ts';
import { Random } from './testing/random.ts';
import { randomComparison, randomCondition } from './testing/random-conditions.ts';
import {
  blankEvent,
  eventRow,
  ODD_ADDRESSES,
  ODD_TEXTS,
  randomEvent,
} from './testing/random-events.ts';
import { fold, foldSql } from './text.ts';
import { ZoneClock } from './timezone.ts';
import { conditionsToSql } from './to-sql.ts';

const SEED = 20_240_331;
const EVENTS = 300;
const CONDITIONS = 210;
const CONDITIONS_PER_QUERY = 30;
const TIMEZONES = [
  'UTC',
  'Europe/Berlin',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'America/New_York',
];

let store: TestClickHouse;
const random = new Random(SEED);
const events = Array.from({ length: EVENTS }, () => randomEvent(random));

beforeAll(async () => {
  store = await createTestClickHouse();
  const rows = events.map((event, number) =>
    encodeRow(clickRow(number, eventRow(event, String(number).padStart(6, '0')))),
  );
  await insertSegment(store.client, {
    rows: Buffer.concat(rows),
    columnList: EVENT_COLUMN_LIST,
    table: 'events',
    deduplicationToken: 'odd-events',
    rowCount: rows.length,
  });
});
afterAll(() => store.drop());

type Case = { condition: Condition; timezone: string };

/** Per event, whether each case holds according to ClickHouse. */
async function askClickHouse(cases: readonly Case[]): Promise<number[][]> {
  const parts = cases.map(({ condition, timezone }, index) =>
    conditionsToSql([condition], { timezone, prefix: `c${index}_` }),
  );
  const answer = await store.client.query({
    query: `SELECT ${parts.map((part, n) => `${part.sql} AS r${n}`).join(', ')}
      FROM events ORDER BY event_id`,
    query_params: Object.assign({}, ...parts.map((part) => part.params)),
    format: 'JSONCompactEachRow',
  });
  return answer.json<number[]>();
}

test('the matcher and the SQL of a condition decide the same on every event', async () => {
  const cases = Array.from({ length: CONDITIONS }, (_, number) => ({
    condition: number % 3 === 0 ? randomCondition(random) : randomComparison(random),
    timezone: random.pick(TIMEZONES),
  }));
  const differences: unknown[] = [];
  let pairs = 0;
  let held = 0;
  for (let from = 0; from < cases.length; from += CONDITIONS_PER_QUERY) {
    const batch = cases.slice(from, from + CONDITIONS_PER_QUERY);
    const answers = await askClickHouse(batch);
    expect(answers).toHaveLength(EVENTS);
    for (const [c, asked] of batch.entries()) {
      const matcher = compileRules([{ conditions: [asked.condition] }], asked);
      for (const [e, event] of events.entries()) {
        const ours = matcher.match(event) === 0;
        const theirs = answers[e]?.[c];
        pairs += 1;
        held += ours ? 1 : 0;
        if (theirs !== Number(ours)) differences.push({ ...asked, event, ours, theirs });
      }
    }
  }
  expect(differences.slice(0, 5)).toEqual([]);
  expect(pairs).toBeGreaterThanOrEqual(20_000);
  // Both answers must be common, or agreeing says little.
  expect(held / pairs).toBeGreaterThan(0.1);
  expect(held / pairs).toBeLessThan(0.9);
});

/** Whether each text fulfils a condition on one field, which `column` makes out of `text`. */
async function askAboutTexts(
  condition: Condition,
  texts: readonly string[],
  column: string,
): Promise<number[]> {
  const { sql, params } = conditionsToSql([condition], { timezone: 'UTC' });
  const answer = await store.client.query({
    query: `SELECT ${sql} FROM (SELECT ${column} FROM (
      SELECT tupleElement(arrayJoin(arrayZip(range({count:UInt32}), {texts:Array(String)})) AS one, 2)
        AS text, one.1 AS place) ORDER BY place)`,
    query_params: { ...params, texts, count: texts.length },
    format: 'JSONCompactEachRow',
  });
  return (await answer.json<number[]>()).flat();
}

/** Texts that are nearly right: pieces of good ones put together, with a character changed. */
function mutations(pool: readonly string[], count: number): string[] {
  return Array.from({ length: count }, () => {
    const text = random.pick(pool);
    const other = random.pick(pool);
    const at = random.below(text.length + 1);
    const kept = text.slice(0, at) + (random.chance(0.5) ? text.slice(at + random.below(2)) : '');
    const added = random.chance(0.5) ? random.pick([...'0123456789.:%-+eEfx \n']) : other.slice(at);
    return random.chance(0.5) ? kept + added : added + kept;
  });
}

test('both read the same texts as addresses, and see them in the same networks', async () => {
  const pool = ODD_ADDRESSES.filter((address) => address.length > 2);
  const texts = mutations(pool, 4_000);
  for (const value of [
    '0.0.0.0/0',
    '::/0',
    '2001:db8::/33',
    ['10.0.0.0/9', 'fe80::/10', '::/16'],
  ]) {
    const condition = { field: 'ip', operator: 'in_cidr', value };
    const matcher = compileRules([{ conditions: [condition] }], { timezone: 'UTC' });
    const ours = texts.map((ip) => [ip, matcher.match({ ...blankEvent, ip }) === 0]);
    const theirs = await askAboutTexts(condition, texts, 'text AS ip');
    expect(texts.map((ip, n) => [ip, theirs[n] === 1])).toEqual(ours);
  }
});

test('both read the same texts as numbers and as versions, and order them alike', async () => {
  const texts = mutations(
    ODD_TEXTS.filter((text) => /\d/.test(text) && text.length < 40),
    4_000,
  );
  for (const operator of ['gt', 'gte', 'lt', 'lte']) {
    const number = { field: 'browser', operator, value: random.pick([17, 0, -1.5, 1.000001]) };
    const version = { field: 'os_version', operator, value: random.pick(['17.9', '1', '1.2.3.4']) };
    for (const condition of [number, version]) {
      const matcher = compileRules([{ conditions: [condition] }], { timezone: 'UTC' });
      const ours = texts.map((text) => {
        const event = { ...blankEvent, browser: text, osVersion: text };
        return [text, matcher.match(event) === 0];
      });
      const theirs = await askAboutTexts(condition, texts, 'text AS browser, text AS os_version');
      expect(texts.map((text, n) => [text, theirs[n] === 1])).toEqual(ours);
    }
  }
});

test('both fold every character of Unicode alike', async () => {
  const step = 0x2000;
  for (let start = 1; start < 0x20_000; start += step) {
    const texts = Array.from({ length: step }, (_, n) => start + n)
      .filter((code) => code < 0xd800 || code > 0xdfff)
      .map((code) => `a${String.fromCodePoint(code)} Σ`);
    const answer = await store.client.query({
      query: `SELECT ${foldSql('text')} FROM (SELECT unhex(arrayJoin(splitByChar(',', {hex:String}))) AS text)`,
      query_params: { hex: texts.map((text) => Buffer.from(text).toString('hex')).join(',') },
      format: 'JSONCompactEachRow',
    });
    expect((await answer.json<string[]>()).flat()).toEqual(texts.map(fold));
  }
});

/** Days of 2023 on which clocks are changed somewhere, in UTC. */
const CHANGES = ['03-12', '03-26', '04-01', '09-24', '09-30', '10-29', '11-05'];

test('both show the same wall clock in all kinds of time zones, also around changes', async () => {
  const zones = [...Intl.supportedValuesOf('timeZone').filter((_, n) => n % 8 === 0), ...TIMEZONES];
  const changes = CHANGES.flatMap((day) =>
    Array.from({ length: 96 }, (_, n) => Date.parse(`2023-${day}`) + n * 900_000),
  );
  const moments = [
    ...changes.flatMap((ms) => [ms, ms - 1]),
    ...Array.from({ length: 200 }, () => Date.UTC(2000) + random.below(1e12)),
  ];
  const texts = zones.map(
    (_, n) =>
      `arrayMap(ms -> [toHour(toTimeZone(fromUnixTimestamp64Milli(ms), {z${n}:String})),
        toInt32(toDate32(toTimeZone(fromUnixTimestamp64Milli(ms), {z${n}:String})))], moments)`,
  );
  const answer = await store.client.query({
    query: `WITH {ms:Array(Int64)} AS moments SELECT ${texts.join(', ')}`,
    query_params: { ms: moments, ...Object.fromEntries(zones.map((zone, n) => [`z${n}`, zone])) },
    format: 'JSONCompactEachRow',
  });
  const [theirs] = await answer.json<number[][][]>();
  for (const [n, zone] of zones.entries()) {
    const clock = new ZoneClock(zone);
    const ours = moments.map((ms) => {
      clock.at(ms);
      return [clock.hour, clock.day];
    });
    expect([zone, theirs?.[n]]).toEqual([zone, ours]);
  }
});
