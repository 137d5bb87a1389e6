/**
 * The whole of example 1 on a product that was started as `npm start` starts it: a click, its redirect,
 * its row in ClickHouse, its conversion in both stores, once. The steps are numbered; read them as a
 * tutorial.
 */
import { createClient } from '@clickhouse/client';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpConnection } from '../bench/support/http-connection.ts';
import { type Product, startProduct } from '../bench/support/product.ts';

const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';
const SOON = { timeout: 3_000, interval: 50 };

let product: Product;
let connection: HttpConnection;

beforeAll(async () => {
  product = await startProduct({ TRELLIS_TRUSTED_PROXIES: '127.0.0.0/8' });
  connection = new HttpConnection('127.0.0.1', product.ports.engine);
});
afterAll(async () => {
  connection.close();
  await product.dispose();
});

async function clickhouse<Row>(query: string): Promise<Row[]> {
  const client = createClient({ url: product.credentials.clickhouse_url, database: 'trellis' });
  try {
    return await (await client.query({ query, format: 'JSONEachRow' })).json<Row>();
  } finally {
    await client.close();
  }
}

async function postgres(query: string) {
  const client = new pg.Client({ connectionString: product.postgresUrl });
  await client.connect();
  try {
    return (await client.query(query)).rows;
  } finally {
    await client.end();
  }
}

function click(query: string, address: string): string {
  return `GET /in/summer_sale?${query} HTTP/1.1\r\nHost: track.acmecorp.com\r\nUser-Agent: ${SAFARI}\r\nAccept-Language: en-US,en;q=0.9\r\nReferer: https://www.facebook.com/\r\nX-Forwarded-For: ${address}\r\n\r\n`;
}

async function postback(body: object, key = product.credentials.api_key) {
  const answer = await fetch(`http://127.0.0.1:${product.ports.engine}/postback`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
}

describe('example 1', () => {
  it('1. a click on the ad is redirected to exactly the destination of the campaign', async () => {
    const answer = await connection.request(
      click(
        'click_id=fb_123abc&source=facebook&medium=cpc&utm_campaign=summer2024',
        '198.51.100.42',
      ),
    );
    expect(answer.status).toBe(302);
    expect(answer.headers.split('\r\n')).toEqual(
      expect.arrayContaining([
        'Location: https://shop.acmecorp.com/summer-sale?click_id=fb_123abc&source=facebook',
        'Cache-Control: no-store',
      ]),
    );
  });

  it('2. within three seconds it is in ClickHouse with every field', async () => {
    await expect
      .poll(
        async () =>
          (
            await clickhouse<Record<string, unknown>>(
              `SELECT *, timestamp FROM events WHERE click_id = 'fb_123abc'`,
            )
          )[0],
        SOON,
      )
      .toMatchObject({
        organization_id: 'org_acmecorp',
        event_id: expect.stringMatching(/^evt_[0-9a-f]{16}$/),
        event_type: 'click',
        user_id: expect.stringMatching(/^usr_[0-9a-f]{16}$/),
        url: '/in/summer_sale',
        campaign_id: 'summer_sale',
        destination: 'https://shop.acmecorp.com/summer-sale?click_id=fb_123abc&source=facebook',
        source: 'facebook',
        medium: 'cpc',
        referer: 'https://www.facebook.com/',
        ip: '198.51.100.42',
        device_type: 'mobile',
        os: 'iOS',
        browser: 'Safari',
        user_agent: SAFARI,
        language: 'en-US',
        query_params: {
          click_id: 'fb_123abc',
          source: 'facebook',
          medium: 'cpc',
          utm_campaign: 'summer2024',
        },
        headers: expect.objectContaining({
          'User-Agent': SAFARI,
          'Accept-Language': 'en-US,en;q=0.9',
          Referer: 'https://www.facebook.com/',
        }),
      });
  });

  it('3. a real address behind the trusted proxy is placed in its country and city', async () => {
    await connection.request(click('click_id=placed', '8.8.8.8'));
    await expect
      .poll(
        () =>
          clickhouse(
            `SELECT ip, country, city != '' AS has_city FROM events WHERE click_id = 'placed'`,
          ),
        SOON,
      )
      .toEqual([{ ip: '8.8.8.8', country: 'US', has_city: 1 }]);
  });

  it('4. the merchant’s postback is accepted once; the same again is a duplicate', async () => {
    const purchase = {
      click_id: 'fb_123abc',
      event: 'purchase',
      value: 99.99,
      currency: 'USD',
      order_id: 'ORD-456789',
    };
    const first = await postback(purchase);
    expect(first).toEqual({
      status: 200,
      body: { status: 'accepted', event_id: expect.stringMatching(/^evt_[0-9a-f]{16}$/) },
    });
    const again = await Promise.all([postback(purchase), postback(purchase), postback(purchase)]);
    for (const answer of again) {
      expect(answer.body).toEqual({ status: 'duplicate', event_id: first.body.event_id });
    }
  });

  it('5. PostgreSQL and ClickHouse hold it once, joined to its click', async () => {
    await expect
      .poll(
        () =>
          clickhouse(
            `SELECT event_type, toString(conversion_value) AS value, campaign_id, source, country, order_id
              FROM events WHERE order_id = 'ORD-456789'`,
          ),
        { timeout: 10_000, interval: 100 },
      )
      .toEqual([
        {
          event_type: 'purchase',
          value: '99.99',
          campaign_id: 'summer_sale',
          source: 'facebook',
          country: '',
          order_id: 'ORD-456789',
        },
      ]);
    expect(
      await postgres(
        `SELECT click_id, conversion_event, conversion_value, currency, campaign_id, user_id LIKE 'usr_%' AS has_user
          FROM conversions WHERE order_id = 'ORD-456789'`,
      ),
    ).toEqual([
      {
        click_id: 'fb_123abc',
        conversion_event: 'purchase',
        conversion_value: '99.9900',
        currency: 'USD',
        campaign_id: 'summer_sale',
        has_user: true,
      },
    ]);
  });

  it('6. a postback that comes before its click is joined when the click appears', async () => {
    expect((await postback({ click_id: 'early', order_id: 'E-1', value: '5' })).status).toBe(200);
    await connection.request(click('click_id=early&source=bing', '8.8.8.8'));
    await expect
      .poll(() => clickhouse(`SELECT campaign_id, source FROM events WHERE order_id = 'E-1'`), {
        timeout: 15_000,
        interval: 100,
      })
      .toEqual([{ campaign_id: 'summer_sale', source: 'bing' }]);
  });
});

describe('requests that are refused', () => {
  const url = (path: string) => `http://127.0.0.1:${product.ports.engine}${path}`;

  it('an unknown organisation is answered 404 and nothing is stored', async () => {
    const answer = await connection.request(
      'GET /in/summer_sale?click_id=nobody HTTP/1.1\r\nHost: unknown.example\r\n\r\n',
    );
    expect(answer.status).toBe(404);
    expect(answer.body).toContain('unknown_organization');
  });

  it('a postback without a key is answered 401, one that is too long 413, a bad one 400', async () => {
    expect((await fetch(url('/postback?click_id=a'))).status).toBe(401);
    expect((await postback({ click_id: 'x' }, 'wdn_sk_live_wrong')).status).toBe(401);
    expect((await postback({ click_id: 'x', note: 'n'.repeat(70_000) })).status).toBe(413);
    const bad = await postback({ value: 'much' });
    expect(bad.status).toBe(400);
    expect(JSON.stringify(bad.body)).toContain('click_id');
  });

  it('over-long URLs and headers are answered 414 and 431, unknown paths 404, methods 405', async () => {
    const send = async (bytes: string) => {
      const fresh = new HttpConnection('127.0.0.1', product.ports.engine);
      const answer = await fresh.request(bytes);
      fresh.close();
      return answer.status;
    };
    const host = 'Host: track.acmecorp.com';
    expect(await send(`GET /in/a?${'x'.repeat(9_000)} HTTP/1.1\r\n${host}\r\n\r\n`)).toBe(414);
    expect(await send(`GET /in/a HTTP/1.1\r\n${host}\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toBe(
      431,
    );
    expect(await send(`GET /nothing HTTP/1.1\r\n${host}\r\n\r\n`)).toBe(404);
    expect(await send(`PUT /postback HTTP/1.1\r\n${host}\r\nContent-Length: 0\r\n\r\n`)).toBe(405);
  });
});

it('metrics have the names of the contract and no organisation in them', async () => {
  const text = await (await fetch(`http://127.0.0.1:${product.ports.metrics}/metrics`)).text();
  for (const name of [
    'trellis_http_requests_total',
    'trellis_redirect_duration_seconds_bucket',
    'trellis_clicks_total',
    'trellis_postbacks_total',
    'trellis_mailbox_depth',
    'trellis_log_bytes',
    'trellis_log_oldest_seconds',
    'trellis_log_fsync_seconds',
    'trellis_segments_shipped_total',
    'trellis_segment_ship_seconds',
    'trellis_events_dropped_total',
    'trellis_dead_letters_total',
    'trellis_actor_restarts_total',
    'trellis_actors_resident',
    'nodejs_eventloop_lag_seconds',
  ]) {
    expect(text).toContain(name);
  }
  expect(text).not.toContain('org_acmecorp');
});

it('SIGTERM under load: no request fails, the exit code is 0, everything is stored after a restart', async () => {
  const answered: string[] = [];
  let failed = 0;
  let stopping = false;
  const worker = async (number: number) => {
    const own = new HttpConnection('127.0.0.1', product.ports.engine);
    for (let index = 0; !stopping || index === 0; index++) {
      const id = `term-${number}-${index}`;
      try {
        const answer = await own.request(
          click(`click_id=${id}`, `80.${number}.${index >>> 8}.${index & 255}`),
        );
        if (answer.status === 302) {
          answered.push(id);
        } else {
          failed++;
        }
      } catch (error) {
        // A connection that is refused after the port was closed is no failed request.
        failed += String(error).includes('ECONNREFUSED') ? 0 : 1;
        return;
      }
    }
  };
  const workers = Promise.all([0, 1, 2, 3].map(worker));
  await expect.poll(() => answered.length).toBeGreaterThan(200);
  expect(await product.stop()).toBe(0);
  stopping = true;
  await workers;
  expect(failed).toBe(0);
  await product.restart();
  await expect
    .poll(
      async () =>
        (
          await clickhouse<{ n: string }>(
            `SELECT uniqExact(click_id) AS n FROM events WHERE startsWith(click_id, 'term-')`,
          )
        )[0]?.n,
      { timeout: 10_000 },
    )
    .toBe(answered.length);
});
