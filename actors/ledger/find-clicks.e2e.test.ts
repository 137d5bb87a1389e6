import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestClickHouse, createTestDatabase } from '../../test/stores.ts';
import { findClicks } from './find-clicks.ts';
import { Nodes } from './test-nodes.ts';

let nodes: Nodes;

beforeEach(async () => {
  nodes = new Nodes(await createTestDatabase(), await createTestClickHouse());
});

afterEach(() => nodes.close());

const hour = 3_600_000;
const noon = Date.UTC(2024, 5, 15, 12);

async function find(click_id: string, convertedAtMs = noon, organization_id = 'org_acmecorp') {
  const searches = [{ organization_id, click_id, convertedAtMs }];
  const [click] = await findClicks(nodes.clickhouse.client, searches);
  return click?.event_id;
}

test('of several clicks with an id the latest before the conversion is taken, else the next', async () => {
  for (const at of [9, 10, 14, 15]) {
    const event_time_ms = Date.UTC(2024, 5, 15, at);
    await nodes.insertClick({ event_id: `evt_${at}`, click_id: 'a', event_time_ms });
  }
  expect(await find('a')).toBe('evt_10');
  expect(await find('a', noon - 2 * hour)).toBe('evt_10');
  expect(await find('a', noon - 2 * hour - 1)).toBe('evt_9');
  expect(await find('a', noon - 6 * hour)).toBe('evt_9');
  expect(await find('a', noon + 24 * hour)).toBe('evt_15');
});

test('a click is found by its event id as well', async () => {
  await nodes.insertClick({ event_id: 'evt_1', click_id: 'a', event_time_ms: noon });
  expect(await find('evt_1')).toBe('evt_1');
});

test('neither another organisation nor another kind of event is a click of mine', async () => {
  await nodes.insertClick({ event_id: 'evt_1', click_id: 'a', organization_id: 'org_other' });
  expect(await find('a')).toBeUndefined();
  await nodes.insertClick({ event_id: 'evt_3', click_id: 'a', event_time_ms: noon - hour });
  await nodes.insertClick({
    event_id: 'evt_2',
    click_id: 'a',
    event_type: 'pageview',
    event_time_ms: noon,
  });
  expect(await find('a')).toBe('evt_3');
  expect(await find('evt_2')).toBeUndefined();
  expect(await find('a', noon, 'org_other')).toBe('evt_1');
});

test('many are found at once, each for its own conversion', async () => {
  const values = Array.from({ length: 700 }, (_, index) => ({
    organization_id: index % 2 === 0 ? 'org_acmecorp' : 'org_other',
    event_type: 'click',
    event_id: `evt_${index}`,
    click_id: `click ${index} it's \\ ü, [x] ${'y'.repeat(index % 100)}`,
    event_time: '2024-06-15 10:00:00.000',
    source: `source-${index}`,
  }));
  await nodes.clickhouse.client.insert({ table: 'events', values, format: 'JSONEachRow' });
  const searches = values.map(({ organization_id, click_id }) => ({
    organization_id,
    click_id,
    convertedAtMs: noon,
  }));
  const unknown = { organization_id: 'org_acmecorp', click_id: 'unknown', convertedAtMs: noon };
  const found = await findClicks(nodes.clickhouse.client, [unknown, ...searches]);
  expect(found[0]).toBeUndefined();
  expect(found.slice(1).map((click) => click?.columns.source)).toEqual(
    values.map(({ source }) => source),
  );
});
