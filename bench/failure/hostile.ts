import { createPostgres } from '../../stores/postgres/client.ts';
import { createCampaign } from '../../stores/postgres/configuration/campaigns.ts';
import { changeFraudSettings } from '../support/fraud-settings.ts';
import { HttpConnection, type RawAnswer } from '../support/http-connection.ts';
import { type Product, startProduct, withTimeout } from '../support/product.ts';
import { HostileRequests } from './hostile-requests.ts';

export type HostileOptions = { requests: number; seed: number; report(line: string): void };

export type HostileResult = {
  /** Answers by status; 0: the connection was closed without one, which is an answer to garbage. */
  statuses: Record<number, number>;
  /** What should never happen, by description; empty when all is well. */
  faults: Record<string, number>;
};

const CAMPAIGN = 'hostile';
const ORIGIN = 'https://shop.acmecorp.com';
/** Uses everything that a visitor can choose. */
const DESTINATION = `${ORIGIN}/p/{param.path}/{source}?c={click_id}&m={medium}&u={user_id}&l={language}&x={param.x}&b={browser}#{param.frag}`;
/** The header lines that a redirect may have. */
const EXPECTED_HEADERS = new Set([
  'location',
  'cache-control',
  'set-cookie',
  'date',
  'uwebsockets',
  'content-length',
]);
const CONNECTIONS = 64;
/** Requests that are never complete are given up after this. */
const ANSWER_MS_MAX = 500;

/** Sends hostile requests to a running product and checks each answer, and that it is still there. */
export async function runHostileTest(options: HostileOptions): Promise<HostileResult> {
  const product = await startProduct({ TRELLIS_LOG_LEVEL: 'error' });
  try {
    await addHostileCampaign(product);
    // All of them come from one address; what they do to the code that judges them is part of the test.
    await changeFraudSettings(product, { blocked_answer: 'flag' });
    const before = product.processIds();
    const result: HostileResult = { statuses: {}, faults: {} };
    const requests = new HostileRequests({
      seed: options.seed,
      host: 'track.acmecorp.com',
      campaign: CAMPAIGN,
      apiKey: product.credentials.api_key,
    });
    let sent = 0;
    const worker = async () => {
      const connection = new HttpConnection('127.0.0.1', product.ports.engine, ANSWER_MS_MAX);
      while (sent < options.requests) {
        sent++;
        if (sent % 10_000 === 0) {
          options.report(`${sent} hostile requests sent`);
        }
        await sendOne(connection, requests, result);
      }
      connection.close();
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, worker));
    if (product.processIds().engine !== before.engine) {
      count(result.faults, 'the engine died');
    }
    await checkStillServing(product, result);
    return result;
  } finally {
    await product.dispose();
  }
}

async function sendOne(
  connection: HttpConnection,
  requests: HostileRequests,
  result: HostileResult,
) {
  const { kind, bytes } = requests.next();
  let answer: RawAnswer;
  try {
    answer = await connection.request(bytes);
  } catch {
    // Closed or never complete: what garbage deserves.
    count(result.statuses, 0);
    return;
  } finally {
    // Leftovers of a damaged request must not be taken for the next one.
    connection.close();
  }
  count(result.statuses, answer.status);
  for (const fault of faultsOf(answer)) {
    count(result.faults, `${kind}: ${fault}`);
  }
}

function faultsOf(answer: RawAnswer): string[] {
  const faults: string[] = [];
  // 505 is the HTTP parser's word for a request line that it cannot read.
  if (answer.status >= 500 && answer.status !== 503 && answer.status !== 505) {
    faults.push(`status ${answer.status}`);
  }
  if (answer.status !== 302) {
    return faults;
  }
  for (const line of answer.headers.split('\r\n')) {
    const name = line.slice(0, line.indexOf(':')).toLowerCase();
    if (!EXPECTED_HEADERS.has(name)) {
      faults.push(`unexpected header line ${JSON.stringify(line.slice(0, 80))}`);
    }
  }
  const location = /^location: (.*)$/im.exec(answer.headers)?.[1] ?? '';
  if (!URL.canParse(location) || new URL(location).origin !== ORIGIN) {
    faults.push(`redirect to ${JSON.stringify(location.slice(0, 120))}`);
  }
  if (!/^[\x21-\x7e]*$/.test(location)) {
    faults.push('a redirect with characters that need encoding');
  }
  return faults;
}

async function checkStillServing(product: Product, result: HostileResult): Promise<void> {
  const connection = new HttpConnection('127.0.0.1', product.ports.engine);
  const answer = await connection.request(
    'GET /in/summer_sale?click_id=alive&source=facebook HTTP/1.1\r\nHost: track.acmecorp.com\r\n\r\n',
  );
  connection.close();
  if (answer.status !== 302) {
    count(result.faults, `a click afterwards got ${answer.status}`);
  }
}

async function addHostileCampaign(product: Product): Promise<void> {
  const pool = createPostgres({
    url: product.postgresUrl,
    maxConnections: 1,
    applicationName: 'trellis-hostile-test',
  });
  try {
    await createCampaign(pool, {
      organization_id: product.credentials.organization_id,
      campaign_id: CAMPAIGN,
      name: 'Hostile',
      default_action: { type: 'redirect', destination: DESTINATION, passthrough: 'all', tags: [] },
    });
  } finally {
    await pool.end();
  }
  const isKnown = async () => {
    for (;;) {
      const connection = new HttpConnection('127.0.0.1', product.ports.engine);
      const answer = await connection.request(
        `GET /in/${CAMPAIGN} HTTP/1.1\r\nHost: track.acmecorp.com\r\n\r\n`,
      );
      connection.close();
      if (answer.status === 302) {
        return;
      }
    }
  };
  await withTimeout(isKnown(), 5_000, () => 'the campaign never reached the engine');
}

function count<Key extends string | number>(counts: Record<Key, number>, key: Key): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
