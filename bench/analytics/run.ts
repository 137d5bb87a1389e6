import { createClickHouse } from '../../stores/clickhouse/client.ts';
import { createPostgres } from '../../stores/postgres/client.ts';
import { createApiKey } from '../../stores/postgres/configuration/keys.ts';
import { startMeasuredProduct } from '../load/product.ts';
import { atMost, type BenchOutcome, type BenchRow, median } from '../micro/result.ts';
import type { Product } from '../support/product.ts';
import { type DemoHistory, writeDemoHistory } from './demo-history.ts';
import { findSubjects, type Question, questionsAbout } from './questions.ts';

const BENCH = 'analytics';
const CLIENTS_MAX = 4;
const REQUEST_MS_MAX = 120_000;

export type AnalyticsBenchOptions = {
  /** Clicks and visits of the demo history. */
  events: number;
  report: (line: string) => void;
};

/**
 * How fast the admin service answers on a history of four months, four clients at once, over HTTP.
 * Starts a product of its own and fills it with `trellis demo-data`.
 */
export async function measureAnalytics({
  events,
  report,
}: AnalyticsBenchOptions): Promise<BenchOutcome> {
  report('analytics: starting a product …');
  const { product, dispose } = await startMeasuredProduct();
  const organizationId = product.credentials.organization_id;
  const client = createClickHouse({ url: product.credentials.clickhouse_url, database: 'trellis' });
  try {
    report(`analytics: writing a history of ${events.toLocaleString('en-US')} events …`);
    const history = await writeDemoHistory(product, client, events);
    const subjects = await findSubjects(client, organizationId);
    const keys = await createKeys(product, organizationId);
    const rows = historyRows(history, events);
    for (const question of questionsAbout(subjects, organizationId)) {
      report(`analytics: ${question.name} …`);
      rows.push(...(await measureQuestion(product, keys, question, events)));
    }
    return { rows, leftOut: [] };
  } finally {
    await client.close();
    await dispose();
  }
}

function historyRows(history: DemoHistory, events: number): BenchRow[] {
  const parameters = `${events} events`;
  const { seconds, rows, bytes } = history;
  return [
    { bench: BENCH, what: 'demo-data', parameters, value: events / seconds, unit: 'events/s' },
    { bench: BENCH, what: 'table of events', parameters, value: bytes / rows, unit: 'B/row' },
  ];
}

/** A key for each client: what one key may ask in a minute is bounded. */
async function createKeys(product: Product, organizationId: string): Promise<string[]> {
  const pool = createPostgres({
    url: product.postgresUrl,
    maxConnections: 1,
    applicationName: 'trellis-bench',
  });
  try {
    const keys: string[] = [];
    for (let number = 1; number <= CLIENTS_MAX; number++) {
      const { key } = await createApiKey(pool, {
        organization_id: organizationId,
        name: `bench ${number}`,
        scopes: ['analytics:read', 'campaigns:read'],
      });
      keys.push(key);
    }
    return keys;
  } finally {
    await pool.end();
  }
}

/** The first request of each client is left out of the median and told on a line of its own. */
async function measureQuestion(
  product: Product,
  keys: readonly string[],
  question: Question,
  events: number,
): Promise<BenchRow[]> {
  const samples = await Promise.all(
    keys.slice(0, question.clients).map(async (key, client) => {
      const ofClient: number[] = [];
      for (let index = 0; index <= question.requests; index++) {
        ofClient.push(await timeRequest(product, key, question, client + index * keys.length));
      }
      return ofClient;
    }),
  );
  const first = samples.map(([sample = Number.NaN]) => sample);
  const later = samples.flatMap(([, ...rest]) => rest).sort((a, b) => a - b);
  const parameters = `${events} events, ${samples.length} at once`;
  const common = { bench: BENCH, parameters, unit: 'ms' };
  const value = median(later);
  return [
    {
      ...{ ...common, what: question.name, value },
      range: [later[0] ?? Number.NaN, later.at(-1) ?? Number.NaN],
      goal: atMost(question.goalMs, value, 'ms'),
    },
    { ...common, what: `${question.name}: first request`, value: median(first) },
  ];
}

/** @returns from sending it to the last byte of the answer, in ms */
async function timeRequest(
  product: Product,
  key: string,
  question: Question,
  index: number,
): Promise<number> {
  const { method, path, body } = question.ask(index);
  const startMs = performance.now();
  const response = await fetch(`${product.credentials.admin_url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(REQUEST_MS_MAX),
  });
  const text = await response.text();
  const elapsedMs = performance.now() - startMs;
  if (response.status !== 200) {
    throw new Error(`${method} ${path} was answered ${response.status}: ${text.slice(0, 500)}`);
  }
  return elapsedMs;
}
