/**
 * Example 5 on a product that was started as `npm start` starts it, with a second engine beside it and a
 * real Redis: a script clicks 150 times, an alert says so, a webhook brings it, both engines turn the
 * script away, and the API lets it in again. The steps are numbered; read them as a tutorial.
 */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@clickhouse/client';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCRIPTED_AGENT } from '../bench/fraud/people.ts';
import { type SecondEngine, startSecondEngine } from '../bench/fraud/second-engine.ts';
import { HttpConnection } from '../bench/support/http-connection.ts';
import { type Product, startProduct } from '../bench/support/product.ts';
import { startRedis, type TestRedis } from '../stores/redis/testing/redis-server.ts';

type Json = Record<string, unknown>;
type Delivery = { headers: IncomingHttpHeaders; body: string };

const SCRIPT = '198.51.100.42';
const VISITOR = '198.51.100.43';
const CLICKS = 150;
const BLOCK_MS_MAX = 1_000;
/** So few clicks in a second are no pattern yet: what this engine learns, it learns from the other. */
const LOOKS_MAX = 9;
const DAY_SECONDS = 86_400;
const SOON = { timeout: 5_000, interval: 50 };

let redisServer: TestRedis;
let redis: Redis;
let receiver: Server;
let product: Product;
let second: SecondEngine;
let firstEngine: HttpConnection;
let secondEngine: HttpConnection;
const deliveries: Delivery[] = [];

beforeAll(async () => {
  redisServer = await startRedis();
  redis = new Redis(redisServer.url);
  receiver = await startReceiver();
  const settings = { TRELLIS_TRUSTED_PROXIES: '127.0.0.0/8', REDIS_URL: redisServer.url };
  product = await startProduct({ ...settings, TRELLIS_WEBHOOK_NETWORKS: '127.0.0.1/32' });
  second = await startSecondEngine(product, settings);
  firstEngine = new HttpConnection('127.0.0.1', product.ports.engine);
  secondEngine = new HttpConnection('127.0.0.1', second.port);
}, 60_000);
afterAll(async () => {
  firstEngine?.close();
  secondEngine?.close();
  await second?.dispose();
  await product?.dispose();
  redis?.disconnect();
  await redisServer?.stop();
  receiver?.close();
});

/** Takes webhooks and answers 204. */
async function startReceiver(): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      deliveries.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function api(method: string, path: string, body?: unknown): Promise<Json> {
  const answer = await fetch(`${product.credentials.admin_url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${product.credentials.api_key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) {
    throw new Error(`${method} ${path} answers ${answer.status}: ${text}`);
  }
  return text === '' ? {} : (JSON.parse(text) as Json);
}

async function click(engine: HttpConnection, address: string): Promise<number> {
  const { status } = await engine.request(
    `GET /in/summer_sale?source=network HTTP/1.1\r\nHost: track.acmecorp.com\r\nUser-Agent: ${SCRIPTED_AGENT}\r\nAccept-Language: en-US,en;q=0.9\r\nX-Forwarded-For: ${address}\r\n\r\n`,
  );
  return status;
}

async function clickhouse<Row>(query: string): Promise<Row[]> {
  const client = createClient({ url: product.credentials.clickhouse_url, database: 'trellis' });
  try {
    return await (await client.query({ query, format: 'JSONEachRow' })).json<Row>();
  } finally {
    await client.close();
  }
}

async function postgres(query: string): Promise<Json[]> {
  const client = new pg.Client({ connectionString: product.postgresUrl });
  await client.connect();
  try {
    return (await client.query<Json>(query)).rows;
  } finally {
    await client.end();
  }
}

/** The list of a route, whatever its member is called. */
function listOf(answer: Json): Json[] {
  const list = Object.values(answer).find((value) => Array.isArray(value));
  return (list ?? []) as Json[];
}

describe('example 5', () => {
  let secret = '';
  let scriptClicks = 0;
  let blockedAtMs = 0;

  it('1. a webhook is registered; its secret is shown once', async () => {
    const { port } = receiver.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/alerts`;
    const webhook = await api('POST', '/webhooks', { url, events: ['fraud_detection'] });
    secret = String(webhook.secret);
    expect(secret.length).toBeGreaterThan(20);
    expect(JSON.stringify(await api('GET', '/webhooks'))).not.toContain(secret);
  });

  it('2. a script clicks: after some dozens of redirects it gets 403', async () => {
    let status = 302;
    while (status === 302 && scriptClicks < CLICKS) {
      status = await click(firstEngine, SCRIPT);
      scriptClicks++;
    }
    blockedAtMs = performance.now();
    expect(status).toBe(403);
    expect(scriptClicks).toBeGreaterThan(10);
  });

  it('3. the other engine blocks it within a second of the detection', async () => {
    let looks = 0;
    let status = 302;
    while (status === 302 && looks < LOOKS_MAX) {
      status = await click(secondEngine, SCRIPT);
      looks++;
      await delay(status === 403 ? 0 : BLOCK_MS_MAX / LOOKS_MAX);
    }
    expect(status).toBe(403);
    expect(performance.now() - blockedAtMs).toBeLessThan(BLOCK_MS_MAX);
  });

  it('4. the script goes on to its 150th click and gets nothing but 403', async () => {
    const statuses = new Set<number>();
    for (; scriptClicks < CLICKS; scriptClicks++) {
      statuses.add(await click(firstEngine, SCRIPT));
    }
    expect([...statuses]).toEqual([403]);
  });

  it('5. other visitors with the same browser are redirected by both', async () => {
    expect(await click(firstEngine, VISITOR)).toBe(302);
    expect(await click(secondEngine, VISITOR)).toBe(302);
  });

  it('6. the score is in Redis, for 24 hours', async () => {
    const key = `fraud_score:org_acmecorp:${SCRIPT}`;
    await expect.poll(async () => Number(await redis.get(key)), SOON).toBeGreaterThan(0.95);
    const seconds = await redis.ttl(key);
    expect(seconds).toBeLessThanOrEqual(DAY_SECONDS);
    expect(seconds).toBeGreaterThan(DAY_SECONDS - 60);
  });

  it('7. one alert per pattern is stored and shown', async () => {
    const stored = () =>
      postgres(`SELECT type, severity, pattern, status FROM alerts WHERE address = '${SCRIPT}'`);
    await expect.poll(async () => (await stored()).length, SOON).toBeGreaterThan(0);
    const rows = await stored();
    expect(new Set(rows.map(({ pattern }) => pattern)).size).toBe(rows.length);
    expect(rows).toContainEqual({
      type: 'fraud_detection',
      severity: 'high',
      pattern: 'rapid_fire',
      status: 'open',
    });
    const shown = listOf(await api('GET', '/alerts'));
    expect(shown).toHaveLength(rows.length);
    expect(shown[0]).toMatchObject({
      type: 'fraud_detection',
      severity: 'high',
      organization_id: 'org_acmecorp',
      message: expect.stringContaining(SCRIPT),
      data: expect.any(Object),
    });
  });

  it('8. the webhook brings it, and its signature holds', async () => {
    await expect.poll(() => deliveries.length, SOON).toBeGreaterThan(0);
    const { headers, body } = deliveries[0] as Delivery;
    const signature = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['trellis-signature']));
    const [, seconds = '', given = ''] = signature ?? [];
    const expected = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
    expect(given).toBe(expected);
    expect(Math.abs(Date.now() / 1_000 - Number(seconds))).toBeLessThan(60);
    expect(headers['trellis-event-id']).toEqual(expect.any(String));
    expect(JSON.parse(body)).toMatchObject({
      type: 'fraud_detection',
      severity: 'high',
      organization_id: 'org_acmecorp',
      message: expect.stringContaining(SCRIPT),
    });
  });

  it('9. a structured warning is in the log', async () => {
    const isWarning = (line: string) => line.includes(SCRIPT) && /"level":"?(40|warn)/.test(line);
    await expect.poll(() => product.output().split('\n').some(isWarning), SOON).toBe(true);
  });

  it('10. each click tells why it was blocked, and none of these counts as a click', async () => {
    const count = async () =>
      clickhouse<{ n: string; blocked: string; explained: string }>(
        `SELECT count() AS n, countIf(is_blocked) AS blocked,
            countIf(is_blocked AND has(fraud_reasons, 'blocked')) AS explained
          FROM events WHERE ip = '${SCRIPT}'`,
      );
    await expect
      .poll(async () => Number((await count())[0]?.n), { timeout: 10_000 })
      .toBeGreaterThan(CLICKS);
    const [row] = await count();
    expect(Number(row?.blocked)).toBeGreaterThan(0);
    expect(row?.explained).toBe(row?.blocked);
  });

  it('11. the report of the last hour shows the address', async () => {
    const rows = listOf(await api('GET', '/analytics/fraud?hours=1'));
    const row = rows.find(({ ip }) => ip === SCRIPT);
    expect(row).toMatchObject({ ua_count: 1 });
    expect(Number(row?.click_count)).toBeGreaterThan(CLICKS - 1);
    expect(Number(row?.avg_click_interval)).toBeLessThan(1);
  });

  it('12. the block is listed with reason and end; the API removes it, and both engines redirect at once', async () => {
    const blocks = listOf(await api('GET', '/fraud/blocks'));
    const block = blocks.find(({ network }) => String(network).startsWith(SCRIPT));
    expect(block).toMatchObject({ source: 'automatic' });
    await api('DELETE', `/fraud/blocks/${block?.block_id}`);
    const removedAtMs = performance.now();
    const engines = [firstEngine, secondEngine];
    await Promise.all(
      engines.map((engine) =>
        expect
          .poll(() => click(engine, SCRIPT), { timeout: BLOCK_MS_MAX, interval: 100 })
          .toBe(302),
      ),
    );
    expect(performance.now() - removedAtMs).toBeLessThan(BLOCK_MS_MAX);
    // Neither what it did before nor one more click brings the block back.
    for (const _ of [1, 2, 3]) {
      expect(await Promise.all(engines.map((engine) => click(engine, SCRIPT)))).toEqual([302, 302]);
      await delay(200);
    }
  });

  it('13. what happened is in the audit trail', async () => {
    const entries = JSON.stringify(listOf(await api('GET', '/fraud/audit')));
    expect(entries).toContain(SCRIPT);
  });
});
