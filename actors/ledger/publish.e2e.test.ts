import type { ClickHouseClient } from '@clickhouse/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withTransaction } from '../../stores/postgres/client.ts';
import { createTestClickHouse, createTestDatabase } from '../../test/stores.ts';
import { CLICK_COLUMNS } from './conversion-rows.ts';
import { matchDue } from './match.ts';
import type { PublishStep } from './publish.ts';
import { Nodes } from './test-nodes.ts';
import { makeConversion } from './test-support.ts';

let nodes: Nodes;

beforeEach(async () => {
  nodes = new Nodes(await createTestDatabase(), await createTestClickHouse());
});

afterEach(() => nodes.close());

describe('a conversion', () => {
  test('is published with the columns of its click, told apart by its event', async () => {
    await nodes.insertClick({
      event_id: 'evt_00000000000000c1',
      click_id: 'fb_123abc',
      user_id: 'usr_1234567890abcdef',
      url: "/in/summer_sale?click_id=fb_123abc&q='x\\",
      campaign_id: 'summer_sale',
      rule_id: 'rule_1',
      run_id: 'run_1',
      destination: 'https://shop.acmecorp.com/summer-sale',
      tags: ['a', "b'"],
      source: 'facebook',
      medium: 'cpc',
      ip: '198.51.100.42',
      country: 'US',
      city: 'San Francisco',
      user_agent: 'Mozilla/5.0 "x"',
      device_type: 'mobile',
      is_bot: true,
      bot_reason: 'head',
      fraud_score: 0.5,
      query_params: { click_id: 'fb_123abc', "it's": '\\' },
      headers: { 'user-agent': 'Mozilla/5.0 "x"' },
    });
    const conversion = makeConversion({
      conversion_value: '12345678901234.5678',
      order_id: 'ORD-1',
      metadata: { coupon: 'SUMMER', note: "it's\n{}" },
    });
    await nodes.record([conversion]);
    await nodes.round();
    const [row] = await nodes.eventRows(conversion.event_id);
    const [click] = await nodes.eventRows('evt_00000000000000c1');
    for (const [name] of CLICK_COLUMNS) expect([name, row?.[name]]).toEqual([name, click?.[name]]);
    const time = new Date(conversion.received_at_ms).toISOString().slice(0, 23).replace('T', ' ');
    expect(row).toMatchObject({
      organization_id: 'org_acmecorp',
      event_type: 'purchase',
      event_time: time,
      click_id: 'fb_123abc',
      order_id: 'ORD-1',
      destination: '',
      conversion_event: 'purchase',
      conversion_value: '12345678901234.5678',
      conversion_currency: 'USD',
      conversion_time: time,
      conversion_metadata: { coupon: 'SUMMER', note: "it's\n{}" },
      click_event_id: 'evt_00000000000000c1',
    });
    expect(await nodes.ledgerRows('event_id, user_id, campaign_id, click, next_match_at')).toEqual([
      {
        event_id: conversion.event_id,
        user_id: 'usr_1234567890abcdef',
        campaign_id: 'summer_sale',
        click: null,
        next_match_at: null,
      },
    ]);
  });

  test('that somebody inserted by hand is published like any other', async () => {
    await nodes.insertClick({ event_id: 'evt_c1', click_id: 'fb_123abc', source: 'facebook' });
    await nodes.database.pool.query(`INSERT INTO conversions (
        organization_id, click_id, event_id,
        conversion_value, metadata, created_at
      ) VALUES (
        'org_acmecorp', 'fb_123abc', 'evt_conv_123',
        99.99, '{"order_id": "ORD-456789", "n": 1}', NOW()
      );`);
    await nodes.round();
    expect(await nodes.eventRows('evt_conv_123')).toEqual([
      expect.objectContaining({
        event_type: 'conversion',
        conversion_value: '99.99',
        conversion_currency: 'USD',
        conversion_metadata: { order_id: 'ORD-456789', n: '1' },
        source: 'facebook',
        click_event_id: 'evt_c1',
      }),
    ]);
  });

  test('keeps the user and the campaign that it was inserted with', async () => {
    await nodes.insertClick({ event_id: 'evt_c1', click_id: 'a', user_id: 'u', source: 'x' });
    await nodes.database.pool.query(
      `INSERT INTO conversions (organization_id, click_id, event_id, user_id, campaign_id)
       VALUES ('org_acmecorp', 'a', 'evt_1', 'usr_mine', 'mine')`,
    );
    await nodes.round();
    expect(await nodes.eventRows('evt_1')).toEqual([
      expect.objectContaining({ user_id: 'usr_mine', campaign_id: 'mine', source: 'x' }),
    ]);
  });

  test('without a click waits for it for some seconds and is then published without', async () => {
    const conversion = makeConversion({ received_at_ms: nodes.clock.nowMs() });
    await nodes.record([conversion]);
    await nodes.round();
    nodes.clock.advance(4_999);
    await nodes.round();
    expect(await nodes.eventRows(conversion.event_id)).toEqual([]);
    nodes.clock.advance(1);
    await nodes.round();
    expect(await nodes.eventRows(conversion.event_id)).toEqual([
      expect.objectContaining({ user_id: '', campaign_id: null, click_event_id: '' }),
    ]);
  });

  test('that came before its click is corrected once the click is there', async () => {
    const conversion = makeConversion({ received_at_ms: nodes.clock.nowMs() - 6_000 });
    await nodes.record([conversion]);
    await nodes.round();
    expect(await nodes.eventRows(conversion.event_id)).toHaveLength(1);
    await nodes.insertClick({
      event_id: 'evt_c1',
      click_id: 'fb_123abc',
      user_id: 'usr_1',
      campaign_id: null,
      medium: null,
      source: "it's \\ {x}",
      tags: ['a', 'b'],
      query_params: { "k'": '\\' },
      event_time_ms: nodes.clock.nowMs(),
    });
    await nodes.round();
    expect((await nodes.eventRows(conversion.event_id))[0]).toMatchObject({ click_event_id: '' });
    nodes.clock.advance(2_000);
    await nodes.round();
    const [row, ...others] = await nodes.eventRows(conversion.event_id);
    const [click] = await nodes.eventRows('evt_c1');
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      click_event_id: 'evt_c1',
      user_id: 'usr_1',
      event_type: 'purchase',
    });
    for (const [name] of CLICK_COLUMNS) expect([name, row?.[name]]).toEqual([name, click?.[name]]);
    expect(await nodes.ledgerRows('correction_pending, click, user_id')).toEqual([
      { correction_pending: false, click: null, user_id: 'usr_1' },
    ]);
  });

  test('is told from others that were inserted by hand with the same event id', async () => {
    const conversions = ['a', 'b'].map((click_id) =>
      makeConversion({
        click_id,
        event_id: 'evt_conv_123',
        received_at_ms: nodes.clock.nowMs() - 6_000,
      }),
    );
    await nodes.record(conversions.slice(0, 1));
    await nodes.round();
    await nodes.record(conversions.slice(1));
    await expect(nodes.round({ dieAt: 'assigned' })).rejects.toThrow('died');
    await nodes.round();
    await nodes.insertClick({ event_id: 'evt_ca', click_id: 'a', source: 'of a' });
    await nodes.insertClick({ event_id: 'evt_cb', click_id: 'b', source: 'of b' });
    nodes.clock.advance(2_000);
    await nodes.round();
    await nodes.round();
    const rows = await nodes.eventRows('evt_conv_123');
    expect(rows.map((row) => [row.click_id, row.source, row.click_event_id]).sort()).toEqual([
      ['a', 'of a', 'evt_ca'],
      ['b', 'of b', 'evt_cb'],
    ]);
  });

  test('that ClickHouse refuses does not hold up the others', async () => {
    const conversions = Array.from({ length: 5 }, (_, index) =>
      makeConversion({ order_id: String(index), received_at_ms: nodes.clock.nowMs() - 6_000 }),
    );
    await nodes.record(conversions);
    const bad = conversions[3]?.event_id ?? '';
    const picky = refusing(nodes.clickhouse.client, bad);
    for (let round = 0; round < 5; round += 1) await nodes.round({ client: picky });
    expect(await nodes.countPerEvent()).toEqual(
      Object.fromEntries(
        conversions.filter((one) => one.event_id !== bad).map((one) => [one.event_id, 1]),
      ),
    );
    expect(await nodes.ledgerRows('event_id, publish_error', 'publish_error IS NOT NULL')).toEqual([
      { event_id: bad, publish_error: 'ClickHouse refuses the row' },
    ]);
    expect(await nodes.unacknowledged()).toBe(0);
  });
});

describe('each conversion counts exactly once', () => {
  const published: PublishStep[] = ['assigned', 'locked', 'inserted', 'noted', 'acknowledged'];

  test.each(published)('when the process dies at the step "%s"', async (step) => {
    const conversions = Array.from({ length: 3 }, (_, index) =>
      makeConversion({ order_id: String(index), received_at_ms: nodes.clock.nowMs() - 6_000 }),
    );
    await nodes.record(conversions);
    await expect(nodes.round({ dieAt: step })).rejects.toThrow(`died at ${step}`);
    await nodes.round();
    await nodes.round();
    expect(await nodes.countPerEvent()).toEqual(
      Object.fromEntries(conversions.map((one) => [one.event_id, 1])),
    );
    expect(await nodes.unacknowledged()).toBe(0);
  });

  test('when a batch of unknown fate comes back after ClickHouse has forgotten its token', async () => {
    const conversion = makeConversion({ received_at_ms: nodes.clock.nowMs() - 6_000 });
    await nodes.record([conversion]);
    await expect(nodes.round({ dieAt: 'inserted' })).rejects.toThrow('died');
    await nodes.database.pool.query('UPDATE conversion_batches SET token = gen_random_uuid()');
    await nodes.round();
    expect(await nodes.countPerEvent()).toEqual({ [conversion.event_id]: 1 });
    expect(await nodes.unacknowledged()).toBe(0);
  });

  test('when an insert is repeated while its first try is not visible yet', async () => {
    const conversion = makeConversion({ received_at_ms: nodes.clock.nowMs() - 6_000 });
    await nodes.record([conversion]);
    await expect(nodes.round({ dieAt: 'inserted' })).rejects.toThrow('died');
    // Another engine finds the click meanwhile, so the second try has other bytes.
    await nodes.insertClick({ event_id: 'evt_c1', click_id: 'fb_123abc' });
    nodes.clock.advance(2_000);
    await matchDue(nodes.database.pool, nodes.clickhouse.client, nodes.clock);
    await nodes.round({ client: seeingNothing(nodes.clickhouse.client) });
    expect(await nodes.countPerEvent()).toEqual({ [conversion.event_id]: 1 });
    expect(await nodes.unacknowledged()).toBe(0);
  });

  test('when a batch that spans two months was stored for one of them only', async () => {
    const [may, june] = [Date.UTC(2024, 4, 31, 23), Date.UTC(2024, 5, 1, 1)];
    const conversions = [may, june].map((received_at_ms, index) =>
      makeConversion({ order_id: String(index), received_at_ms }),
    );
    await nodes.record(conversions);
    await expect(nodes.round({ dieAt: 'inserted' })).rejects.toThrow('died');
    const lost = conversions[0]?.event_id ?? '';
    await nodes.clickhouse.client.command({
      query: `DELETE FROM events WHERE event_id = '${lost}'`,
    });
    await nodes.database.pool.query('UPDATE conversion_batches SET token = gen_random_uuid()');
    await nodes.round();
    expect(await nodes.countPerEvent()).toEqual(
      Object.fromEntries(conversions.map((one) => [one.event_id, 1])),
    );
  });

  test('when another engine is about to give it to a batch', async () => {
    const conversions = ['1', '2'].map((order_id) =>
      makeConversion({ order_id, received_at_ms: nodes.clock.nowMs() - 6_000 }),
    );
    await nodes.record(conversions);
    await matchDue(nodes.database.pool, nodes.clickhouse.client, nodes.clock);
    await withTransaction(nodes.database.pool, async (db) => {
      await db.query("SELECT FROM conversions WHERE order_id = '1' FOR UPDATE");
      await nodes.round();
      expect(Object.keys(await nodes.countPerEvent())).toEqual([conversions[1]?.event_id]);
    });
  });

  test('when two engines publish at the same time', async () => {
    const conversions = Array.from({ length: 300 }, (_, index) =>
      makeConversion({ order_id: String(index), received_at_ms: nodes.clock.nowMs() - 6_000 }),
    );
    await nodes.record(conversions.slice(0, 150));
    await Promise.all([nodes.round(), nodes.round(), nodes.record(conversions.slice(150))]);
    await Promise.all([nodes.round(), nodes.round()]);
    await nodes.round();
    expect(await nodes.countPerEvent()).toEqual(
      Object.fromEntries(conversions.map((one) => [one.event_id, 1])),
    );
    expect(await nodes.unacknowledged()).toBe(0);
  });

  test.each(['corrected', 'correction-noted'] as const)(
    'and has its click when the process dies at the step "%s"',
    async (step) => {
      const conversion = makeConversion({ received_at_ms: nodes.clock.nowMs() - 6_000 });
      await nodes.record([conversion]);
      await nodes.round();
      await nodes.insertClick({ event_id: 'evt_c1', click_id: 'fb_123abc', user_id: 'usr_1' });
      nodes.clock.advance(2_000);
      await expect(nodes.round({ dieAt: step })).rejects.toThrow('died');
      await nodes.round();
      expect(await nodes.eventRows(conversion.event_id)).toEqual([
        expect.objectContaining({ user_id: 'usr_1', click_event_id: 'evt_c1' }),
      ]);
      expect(await nodes.ledgerRows('correction_pending')).toEqual([{ correction_pending: false }]);
    },
  );
});

test('random amounts survive to both stores to the last decimal', async () => {
  let state = 7;
  const digit = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return String(Math.floor((state / 2 ** 32) * 10));
  };
  const digits = (count: number) => Array.from({ length: count }, digit).join('');
  const conversions = Array.from({ length: 500 }, (_, index) => {
    const integer = digits(1 + (index % 14)).replace(/^0+(?=\d)/, '');
    const decimals = index % 5;
    const conversion_value = decimals === 0 ? integer : `${integer}.${digits(decimals)}`;
    return makeConversion({
      order_id: String(index),
      conversion_value,
      received_at_ms: nodes.clock.nowMs() - 6_000,
    });
  });
  await nodes.record(conversions);
  await nodes.round();
  const sent = Object.fromEntries(
    conversions.map((one) => [one.event_id, tenThousandths(one.conversion_value)]),
  );
  const ledger = await nodes.ledgerRows('event_id, conversion_value');
  const events = await nodes.query<{ event_id: string; conversion_value: string }>(
    'SELECT event_id, toString(conversion_value) AS conversion_value FROM events',
  );
  for (const rows of [ledger, events]) {
    const stored = rows.map((row) => [row.event_id, tenThousandths(String(row.conversion_value))]);
    expect(Object.fromEntries(stored)).toEqual(sent);
  }
  const total = Object.values(sent).reduce((sum, value) => sum + value, 0n);
  const [summed] = await nodes.query<{ total: string }>(
    'SELECT toString(sum(conversion_value)) AS total FROM events',
  );
  expect(tenThousandths(summed?.total ?? '')).toBe(total);
});

function tenThousandths(value: string): bigint {
  const [integer = '', decimals = ''] = value.split('.');
  return BigInt(integer + decimals.padEnd(4, '0'));
}

/** A client that sees no conversions, as for an insert that is still under way. */
function seeingNothing(client: ClickHouseClient): ClickHouseClient {
  return Object.assign(Object.create(client), {
    query: (params: Parameters<ClickHouseClient['query']>[0]) =>
      params.query.includes('AS conversion_event')
        ? { json: async () => [] }
        : client.query(params),
  });
}

/** A client of a table that does not take one event. */
function refusing(client: ClickHouseClient, eventId: string): ClickHouseClient {
  return Object.assign(Object.create(client), {
    insert: (params: Parameters<ClickHouseClient['insert']>[0]) => {
      const isBad = JSON.stringify(params.values).includes(eventId);
      // A date that ClickHouse cannot read makes it refuse the whole insert.
      const values = isBad ? [{ event_id: eventId, event_time: 'never' }] : params.values;
      return client.insert({ ...params, values } as Parameters<ClickHouseClient['insert']>[0]);
    },
  });
}
