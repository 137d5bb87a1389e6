import type { ClickHouseClient } from '@clickhouse/client';
import type pg from 'pg';
import { type Config, clickhouseUrl } from '../../core/config.ts';
import { messageOf, TrellisError } from '../../core/errors.ts';
import { createClickHouse } from '../../stores/clickhouse/client.ts';
import { isConnectionError } from '../../stores/postgres/client.ts';
import { addressesOf, withoutPassword } from '../addresses.ts';
import { type CliContext, say, withPostgres } from '../context.ts';
import { ReportedFailure } from '../failures.ts';
import { watchStopSignals } from '../start/stop-signals.ts';
import { buildSums } from './build-sums.ts';
import { ensureDemoCampaigns } from './demo-campaigns.ts';
import { estimatedBytes, humanBytes, requireDiskSpace } from './disk-space.ts';
import { mergeParts } from './merge-parts.ts';
import { type HistoryOptions, type HistoryPlan, planHistory } from './plan.ts';
import { startProgress } from './progress.ts';
import {
  type IfExists,
  removeHistory,
  type Stores,
  type WriteOutcome,
  writeHistory,
} from './write-history.ts';

export type DemoDataOptions = HistoryOptions & { ifExists: IfExists };

/**
 * Writes a demo history and tells how far it is.
 *
 * @throws TrellisError `stores_unreachable`, `demo_data_busy` and those of the steps
 */
export async function runDemoData(
  context: CliContext,
  config: Config,
  options: DemoDataOptions,
): Promise<void> {
  const plan = planHistory(options);
  await withStores(context, config, async (stores) => {
    const stop = watchStopSignals();
    stop.onSecond(() => process.exit(1));
    void stop.requested.then(() => note('Stopping after this piece …'));
    await requireDiskSpace(stores.client, plan.events);
    note(
      `${whole(plan.events)} events from ${day(plan.startMs)} to ${day(plan.endMs)}, about ` +
        `${humanBytes(estimatedBytes(plan.events))} on disk`,
    );
    const created = await ensureDemoCampaigns(stores.pool, plan.organizationId);
    if (created > 0) {
      note(`Created ${created} campaigns`);
    }
    const outcome = await withProgress(plan, context, (onProgress) =>
      writeHistory(stores, plan, {
        ...{ ifExists: options.ifExists, isStopRequested: stop.isRequested, onProgress },
      }),
    );
    if (outcome.kind !== 'stopped') {
      const stopping = new AbortController();
      void stop.requested.then(() => stopping.abort());
      await buildSums(stores.client, {
        ...{ signal: stopping.signal, note, nowMs: () => performance.now() },
      });
      // Only now: parts with sums and parts without are never merged.
      await mergeParts(clickhouseUrl(config), plan, { signal: stopping.signal, note });
    }
    await report(context, stores, plan, outcome);
  });

  function note(line: string): void {
    context.stderr.write(`${line}\n`);
  }
}

/** Deletes all demo data of an organisation. */
export async function runRemoval(
  context: CliContext,
  config: Config,
  organizationId: string,
): Promise<void> {
  await withStores(context, config, (stores) => removeHistory(stores, organizationId));
  say(context, `Removed all demo data of ${organizationId}; its campaigns stay`);
}

async function withProgress(
  plan: HistoryPlan,
  context: CliContext,
  work: (onProgress: (stored: number) => void) => Promise<WriteOutcome>,
): Promise<WriteOutcome> {
  const progress = startProgress({
    total: plan.events,
    isTerminal: process.stderr.isTTY === true,
    nowMs: () => performance.now(),
    print: (line) => context.stderr.write(`${line}\n`),
  });
  try {
    return await work(progress.update);
  } finally {
    progress.stop();
  }
}

async function report(
  context: CliContext,
  { client }: Stores,
  plan: HistoryPlan,
  { kind, events, conversions }: WriteOutcome,
): Promise<void> {
  if (kind === 'already_there') {
    say(context, 'These data are there already; nothing was written');
    return;
  }
  say(context, `Wrote ${whole(events)} clicks and visits and ${whole(conversions)} conversions`);
  if (kind === 'stopped') {
    say(context, `Not finished. To go on: ${commandOf(plan)}`);
    throw new ReportedFailure('stopped');
  }
  const result = await client.query({
    query: `SELECT toFloat64(sum(bytes_on_disk)) AS bytes, toFloat64(sum(rows)) AS rows
      FROM system.parts WHERE database = currentDatabase() AND table = 'events' AND active`,
    format: 'JSONEachRow',
  });
  const [size] = await result.json<{ bytes: number; rows: number }>();
  if (size !== undefined && size.rows > 0) {
    const each = Math.round(size.bytes / size.rows);
    say(context, `The table of events takes ${humanBytes(size.bytes)}, ${each} bytes a row`);
  }
}

function commandOf({ organizationId, events, months, seed, endMs, timezone }: HistoryPlan): string {
  return (
    `npx trellis demo-data --organization ${organizationId} --events ${events} ` +
    `--months ${months} --seed ${seed} --timezone ${timezone} --end ${new Date(endMs).toISOString()}`
  );
}

/** Two runs at once would take each other's data for unfinished work. */
const LOCK = `hashtextextended('trellis demo-data', 0)`;

async function withStores(
  context: CliContext,
  config: Config,
  work: (stores: Stores) => Promise<void>,
): Promise<void> {
  const client = createClickHouse({ url: clickhouseUrl(config), database: 'trellis' });
  try {
    await withPostgres(context, async (pool) => {
      const lock = await connect(pool, config);
      try {
        await requireClickHouse(client, config);
        const { rows } = await lock.query<{ free: boolean }>(
          `SELECT pg_try_advisory_lock(${LOCK}) AS free`,
        );
        if (rows[0]?.free !== true) {
          throw new TrellisError(
            'demo_data_busy',
            'Demo data are being written by another process',
          );
        }
        await work({ client, pool });
      } finally {
        // Its end frees the lock.
        lock.release(true);
      }
    });
  } finally {
    await client.close();
  }
}

async function connect(pool: pg.Pool, config: Config): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw isConnectionError(error) ? unreachable('PostgreSQL', config, error) : error;
  }
}

async function requireClickHouse(client: ClickHouseClient, config: Config): Promise<void> {
  const answer = await client.ping();
  if (!answer.success) {
    throw unreachable('ClickHouse', config, answer.error);
  }
}

function unreachable(
  store: 'ClickHouse' | 'PostgreSQL',
  config: Config,
  cause: unknown,
): TrellisError {
  const { clickhouse, postgres } = addressesOf(config);
  const address = withoutPassword(store === 'ClickHouse' ? clickhouse : postgres);
  return new TrellisError(
    'stores_unreachable',
    `${store} does not answer at ${address} (${messageOf(cause)}). Start Trellis first: npm start`,
    { retriable: true, cause },
  );
}

function whole(value: number): string {
  return value.toLocaleString('en-US');
}

function day(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 16).replace('T', ' ');
}
