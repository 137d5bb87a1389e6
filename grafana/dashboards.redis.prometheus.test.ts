/**
 * Every query of every dashboard, and every alert's expression, on a product with traffic: a real
 * Prometheus scrapes it, and each expression must have data; each SQL panel must have rows.
 */
import { createClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeVisits, requestTemplates, requestText } from '../bench/load/traffic.ts';
import { HttpConnection } from '../bench/support/http-connection.ts';
import { type Product, startProduct } from '../bench/support/product.ts';
import { startRedis, type TestRedis } from '../stores/redis/testing/redis-server.ts';
import {
  type Choices,
  expandPromql,
  expandSql,
  panelQueries,
  readDashboards,
} from './testing/dashboard-files.ts';
import {
  type AlertRule,
  startPrometheus,
  type TestPrometheus,
} from './testing/prometheus-server.ts';

const VISITS = 200;
const FLOOD_CLICKS = 150;
const ROBOT_CLICKS = 10;
const SALES = 40;
const SOON = { timeout: 30_000, interval: 250 };

let redis: TestRedis;
let product: Product;
let prometheus: TestPrometheus;
let rules: AlertRule[];
let connection: HttpConnection;

beforeAll(async () => {
  redis = await startRedis();
  const settings = { TRELLIS_TRUSTED_PROXIES: '127.0.0.0/8', REDIS_URL: redis.url };
  product = await startProduct(settings);
  connection = new HttpConnection('127.0.0.1', product.ports.engine);
  const { metrics } = product.ports;
  prometheus = await startPrometheus({
    engine: `127.0.0.1:${metrics}`,
    admin: `127.0.0.1:${metrics + 1}`,
  });
  rules = await prometheus.rules();
  await until(() => numberOf('sum(up)'), 2);
  // Twice, because a rate needs a series that rises between two scrapes.
  for (const round of [1, 2]) {
    await sendTraffic(round);
    await until(() => numberOf('sum(trellis_conversions_published_total)'), round * SALES);
  }
  await until(storedClicks, 2 * (VISITS + FLOOD_CLICKS + ROBOT_CLICKS));
}, 180_000);
afterAll(async () => {
  connection?.close();
  await prometheus?.stop();
  await product?.dispose();
  await redis?.stop();
});

function until(measure: () => Promise<number | undefined>, wanted: number): Promise<void> {
  return vi.waitFor(async () => expect(await measure()).toBe(wanted), SOON);
}

async function numberOf(expression: string): Promise<number | undefined> {
  return (await prometheus.query(expression))[0]?.value;
}

async function rowsOf(query: string): Promise<Record<string, unknown>[]> {
  const client = createClient({ url: product.credentials.clickhouse_url });
  try {
    const answer = await client.query({ query, format: 'JSONEachRow' });
    return await answer.json<Record<string, unknown>>();
  } finally {
    await client.close();
  }
}

async function storedClicks(): Promise<number> {
  const [row] = await rowsOf("SELECT count() AS n FROM trellis.events WHERE event_type = 'click'");
  return Number(row?.n);
}

/** People, one address that floods, robots, and sales: known, unknown, repeated and refused ones. */
async function sendTraffic(round: number): Promise<void> {
  const templates = requestTemplates(makeVisits(VISITS));
  for (const [index, template] of templates.entries()) {
    await connection.request(requestText(template, `r${round}-${index}`, round));
  }
  for (let index = 0; index < FLOOD_CLICKS; index++) {
    await connection.request(click(`flood${round}-${index}`, `203.0.113.${round}`, 'Mozilla/5.0'));
  }
  for (let index = 0; index < ROBOT_CLICKS; index++) {
    await connection.request(click(`bot${round}-${index}`, `198.51.100.${index}`, 'Googlebot/2.1'));
  }
  for (let index = 0; index < SALES; index++) {
    const clickId = index % 4 === 3 ? `unknown${round}-${index}` : `r${round}-${index}`;
    const sale = { click_id: clickId, event: 'purchase', value: 9.5, currency: 'USD' };
    expect(await postback(sale)).toBe(200);
    expect(await postback(sale)).toBe(200);
  }
  expect(await postback({ click_id: 'a', value: -1 })).toBe(400);
  expect(await postback({ click_id: 'a' }, 'no key')).toBe(401);
}

function click(clickId: string, address: string, agent: string): string {
  return `GET /in/summer_sale?click_id=${clickId}&source=affiliate HTTP/1.1\r\nHost: track.acmecorp.com\r\nUser-Agent: ${agent}\r\nX-Forwarded-For: ${address}\r\n\r\n`;
}

async function postback(body: object, key = product.credentials.api_key): Promise<number> {
  const { status } = await fetch(`http://127.0.0.1:${product.ports.engine}/postback`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return status;
}

describe('PromQL', () => {
  it.each(panelQueries('expr'))('$name has data', async ({ text }) => {
    const samples = await prometheus.query(expandPromql(text));
    expect(samples.map(({ value }) => value).filter(Number.isFinite)).not.toEqual([]);
  });

  it('every alert has data to judge', async () => {
    const blind: string[] = [];
    for (const { name, query } of rules) {
      const samples = await prometheus.query(withoutComparison(query));
      if (!samples.some(({ value }) => Number.isFinite(value))) {
        blind.push(name);
      }
    }
    expect(blind).toEqual([]);
  });

  it('names only metrics that the product has', async () => {
    const known = new Set(
      (await prometheus.query('{__name__=~".+"}')).map(({ labels }) => labels.__name__),
    );
    const named = [...panelQueries('expr').map(({ text }) => text), ...rules.map((r) => r.query)]
      .flatMap((text) => text.match(/\b(trellis|nodejs|process)_[a-z0-9_]+/g) ?? [])
      .filter((name) => !known.has(name));
    expect(named).toEqual([]);
  });
});

/**
 * The expression with a value whether or not it would raise the alert. An hour ago this product did not
 * exist, so what an alert compares with then is asked of now.
 */
function withoutComparison(query: string): string {
  return query.replaceAll(/ (>|==) /g, ' $1 bool ').replaceAll(' offset 1h', '');
}

describe('SQL', () => {
  const choices = (organizations: string[] | undefined): Choices => ({
    organizations,
    currency: 'USD',
    from: new Date(Date.now() - 3_600_000),
    to: new Date(Date.now() + 60_000),
    intervalSeconds: 60,
  });

  it.each(panelQueries('rawSql'))('$name has rows', async ({ text }) => {
    const all = await rowsOf(expandSql(text, choices(undefined)));
    expect(all).not.toEqual([]);
    for (const value of Object.values(all[0] ?? {})) {
      expect(value).not.toBeNull();
    }
    const own = await rowsOf(expandSql(text, choices([product.credentials.organization_id])));
    expect(own).toHaveLength(all.length);
  });

  it.each(panelQueries('rawSql').filter(({ text }) => text.includes('$organization')))(
    '$name shows nothing of organisations that are not chosen',
    async ({ text }) => {
      const foreign = await rowsOf(expandSql(text, choices(['org_other'])));
      // A sum over nothing is a row of zeros.
      expect(foreign.flatMap(Object.values).filter((value) => Number(value) !== 0)).toEqual([]);
    },
  );

  it('what can be chosen at the head of a dashboard is there', async () => {
    const lists = readDashboards().flatMap(({ templating }) => templating.list);
    for (const { name, query } of lists) {
      const values = (await rowsOf(query)).flatMap(Object.values);
      expect(values).toEqual([name === 'currency' ? 'USD' : product.credentials.organization_id]);
    }
  });

  it('the figures are those of the traffic', async () => {
    const figure = async (title: string) => {
      const query = panelQueries('rawSql').find(({ name }) => name === `business.json: ${title} A`);
      const rows = await rowsOf(expandSql(query?.text ?? '', choices(undefined)));
      return Number(Object.values(rows[0] ?? {})[0]);
    };
    expect(await figure('Conversions')).toBe(2 * SALES);
    expect(await figure('Revenue')).toBe(2 * SALES * 9.5);
    // The flood is turned away from some click on; robots never count.
    expect(await figure('Clicks')).toBeGreaterThanOrEqual(2 * VISITS);
    expect(await figure('Clicks')).toBeLessThan(2 * (VISITS + FLOOD_CLICKS));
  });
});

describe('alerts', () => {
  it('no critical one is even pending in good times', async () => {
    expect(await prometheus.query('ALERTS{severity="critical"}')).toEqual([]);
  });

  it('what goes wrong is seen: without Redis its alert is pending', async () => {
    await redis.stop();
    const pending = 'count(ALERTS{alertname="TrellisRedisDown", alertstate="pending"})';
    await until(() => numberOf(pending), 1);
  });
});
