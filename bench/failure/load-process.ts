/**
 * The load generator of the failure tests, a process of its own. It sends clicks and postbacks at fixed
 * rates over kept-alive connections and writes down what was acknowledged: a click by its 302, a
 * postback by `accepted` or `duplicate`. A postback of unknown fate is sent again until it is answered,
 * as networks do; a click is not.
 */
import { closeSync, mkdtempSync, openSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CLICKS_PER_ADDRESS, householdAddress } from '../load/traffic.ts';
import { HttpConnection } from '../support/http-connection.ts';
import type { FromLoad, LoadOptions, LoadWindow, ToLoad } from './load-messages.ts';

const RETRY_MS = 200;
const POSTBACK_CONNECTIONS = 8;
/** A postback that nobody takes for so long ends the run with a failure. */
const POSTBACK_TRIES_MAX = 900;

const options = JSON.parse(process.argv[2] ?? '{}') as LoadOptions;
const folder = mkdtempSync(join(tmpdir(), 'trellis-load-'));
const clicksFile = join(folder, 'clicks');
const ordersFile = join(folder, 'orders');
const clicksFd = openSync(clicksFile, 'w');
const ordersFd = openSync(ordersFile, 'w');
let isStopping = false;
let clicks = 0;
let orders = 0;
let window = newWindow();
let latencies: number[] = [];
/** Click ids that were answered and may be converted; the oldest make room. */
const answered: string[] = [];

function newWindow(): LoadWindow {
  return {
    clicksAnswered: 0,
    clicksFailed: 0,
    postbacksAnswered: 0,
    postbacksFailed: 0,
    p50Ms: 0,
    p99Ms: 0,
    maxMs: 0,
    failures: {},
  };
}

function send(message: FromLoad): void {
  process.send?.(message);
}

function countFailure(reason: string): void {
  window.failures[reason] = (window.failures[reason] ?? 0) + 1;
}

/** Calls `step` at a rate, spread over some workers; a slow step makes its worker late, not faster. */
async function atRate(perSecond: number, workers: number, step: (worker: number) => Promise<void>) {
  const intervalMs = (1000 * workers) / perSecond;
  const runWorker = async (worker: number) => {
    let dueMs = performance.now() + (intervalMs * worker) / workers;
    while (!isStopping) {
      const waitMs = dueMs - performance.now();
      if (waitMs > 1) {
        await delay(waitMs);
      }
      dueMs = Math.max(dueMs + intervalMs, performance.now() - intervalMs * 10);
      await step(worker);
    }
  };
  await Promise.all(Array.from({ length: workers }, (_, worker) => runWorker(worker)));
}

const clickConnections = Array.from(
  { length: options.connections },
  () => new HttpConnection('127.0.0.1', options.port),
);
const postbackConnections = Array.from(
  { length: POSTBACK_CONNECTIONS },
  () => new HttpConnection('127.0.0.1', options.port),
);

async function click(worker: number): Promise<void> {
  const id = `${options.prefix}-${clicks}`;
  // People, none of whom clicks often enough to be taken for a machine.
  const address = householdAddress(Math.floor(clicks++ / CLICKS_PER_ADDRESS));
  const startedMs = performance.now();
  try {
    const answer = await (clickConnections[worker] as HttpConnection).request(
      `GET /in/summer_sale?click_id=${id}&source=facebook&medium=cpc HTTP/1.1\r\nHost: ${options.host}\r\nUser-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36\r\nAccept-Language: en-US\r\nX-Forwarded-For: ${address}\r\n\r\n`,
    );
    if (answer.status !== 302) {
      window.clicksFailed++;
      countFailure(`click ${answer.status} ${answer.body}`);
      return;
    }
    writeSync(clicksFd, `${id}\n`);
    latencies.push(performance.now() - startedMs);
    window.clicksAnswered++;
    answered.push(id);
    if (answered.length > 10_000) {
      answered.splice(0, 5_000);
    }
  } catch (error) {
    window.clicksFailed++;
    countFailure(`click ${(error as Error).message}`);
    await delay(RETRY_MS / 10);
  }
}

async function postback(worker: number): Promise<void> {
  const clickId = answered[Math.floor(Math.random() * answered.length)];
  if (clickId === undefined) {
    return;
  }
  const orderId = `${options.prefix}-order-${orders++}`;
  const body = JSON.stringify({
    click_id: clickId,
    event: 'purchase',
    value: 12.34,
    order_id: orderId,
  });
  const bytes = `POST /postback HTTP/1.1\r\nHost: ${options.host}\r\nAuthorization: Bearer ${options.apiKey}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  for (let tries = 0; tries < POSTBACK_TRIES_MAX; tries++) {
    try {
      const answer = await (postbackConnections[worker] as HttpConnection).request(bytes);
      if (answer.status === 200) {
        writeSync(ordersFd, `${orderId}\n`);
        window.postbacksAnswered++;
        return;
      }
      countFailure(`postback ${answer.status} ${answer.body}`);
    } catch (error) {
      countFailure(`postback ${(error as Error).message}`);
    }
    window.postbacksFailed++;
    await delay(RETRY_MS);
  }
  throw new Error(`postback ${orderId} was never taken`);
}

function closeWindow(id: number): void {
  const sorted = latencies.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  send({
    kind: 'window',
    id,
    window: { ...window, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) },
  });
  window = newWindow();
  latencies = [];
}

process.on('message', (message: ToLoad) => {
  if (message.kind === 'window') {
    closeWindow(message.id);
  } else {
    isStopping = true;
  }
});
process.on('disconnect', () => process.exit(1));

await Promise.all([
  atRate(options.clicksPerSecond, options.connections, click),
  atRate(options.postbacksPerSecond, POSTBACK_CONNECTIONS, postback),
]);
closeSync(clicksFd);
closeSync(ordersFd);
for (const connection of [...clickConnections, ...postbackConnections]) {
  connection.close();
}
send({ kind: 'stopped', clicksFile, ordersFile });
process.disconnect();
