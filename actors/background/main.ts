/**
 * The engine's background thread: everything that touches a store. Its parts, in the order of the flow:
 *
 * 1 configuration   PostgreSQL → main thread → actors, with a snapshot on disk
 * 2 shipping        sealed click segments → ClickHouse
 * 3 ledger          postbacks → PostgreSQL → ClickHouse, joined to their clicks
 * 4 caps of rules   what other nodes and conversions add to their counts → main thread → actors
 * 5 fraud             detections → PostgreSQL, Redis; blocks of other nodes → main thread → actors
 * 6 the log's cap   → a word in shared memory that the actors look at
 *
 * An ordinary event loop; nothing here is on the redirect path.
 */
import { join } from 'node:path';
import { isMainThread, type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { ClickHouseClient } from '@clickhouse/client';
import type pg from 'pg';
import { Registry } from 'prom-client';
import { type Clock, systemClock } from '../../core/clock.ts';
import { clickhouseUrl, databaseUrl } from '../../core/config.ts';
import { campaignText, type EncodedChange } from '../../core/configuration.ts';
import { decodeConversion } from '../../core/conversion-codec.ts';
import { dataPaths } from '../../core/data-dir.ts';
import { messageOf } from '../../core/errors.ts';
import { createLogger, type Logger } from '../../core/logger.ts';
import { nameThread } from '../../core/thread-name.ts';
import { createClickHouse } from '../../stores/clickhouse/client.ts';
import { createPostgres } from '../../stores/postgres/client.ts';
import { hasOtherNodes } from '../../stores/postgres/configuration/nodes.ts';
import { watchConfiguration } from '../../stores/postgres/configuration/watch-configuration.ts';
import { startLedger } from '../ledger/start-ledger.ts';
import { openDeadLetters } from '../ship/dead-letters.ts';
import { startLogCap } from '../ship/log-cap.ts';
import { startShipper } from '../ship/shipper.ts';
import { CapWatch } from './cap-watch.ts';
import { ConfigurationSnapshot } from './configuration-snapshot.ts';
import { type Fraud, startFraud } from './fraud/start-fraud.ts';
import type { FromBackground, ToBackground } from './messages.ts';
import { startNodeHeartbeat } from './node-heartbeat.ts';
import { StoreMonitor } from './store-monitor.ts';
import type { BackgroundTask } from './task.ts';

const SNAPSHOT_SAVE_MS = 1_000;
if (isMainThread || parentPort === null) {
  throw new Error('actors/background/main is the entry of a worker thread');
}
const task = workerData as BackgroundTask;
const logger = createLogger('background', task.config.TRELLIS_LOG_LEVEL);
await runBackground(parentPort);

async function runBackground(port: MessagePort): Promise<void> {
  nameThread('background');
  const { config } = task;
  const paths = dataPaths(config.TRELLIS_DATA_DIR);
  const registry = new Registry();
  const send = (message: FromBackground) => port.postMessage(message);
  const client = createClickHouse({ url: clickhouseUrl(config), database: 'trellis' });
  const pool = createPostgres({
    url: databaseUrl(config),
    maxConnections: 8,
    applicationName: 'trellis-engine',
  });
  const caps = new CapWatch({
    client,
    node: task.node.number,
    hasOtherNodes: () => hasOtherNodes(pool, task.node.number),
    onCounts: (counts) => send({ kind: 'cap_counts', counts }),
    clock: systemClock,
    logger,
  });
  const common = { clock: systemClock, registry, logger };
  const snapshot = new ConfigurationSnapshot(paths.configSnapshot);
  const fraud = startFraud({
    ...common,
    pool,
    clickhouse: client,
    redisUrl: config.REDIS_URL,
    settingsOf: (organizationId) => snapshot.fraudSettingsOf(organizationId),
    onBlocks: (blocks) => send({ kind: 'blocks', blocks }),
    onWindows: (shard, rows) => send({ kind: 'windows', shard, rows }),
  });
  const configuration = followConfiguration(databaseUrl(config), snapshot, (change, more) => {
    send({ kind: 'configuration', change, more });
    caps.apply(change.campaigns);
    fraud.configure(change.blocks);
  });
  const { deadLetters, shipper, ledger, cap } = await startShipping({ ...common, pool, client });
  const stores = new StoreMonitor(pool, client);
  const stopHeartbeat = startNodeHeartbeat(pool, task.node, logger, () =>
    send({ kind: 'node_lost' }),
  );
  task.sealedPort.on('message', () => {
    shipper.nudge();
    ledger.nudge();
  });
  const stop = async () => {
    cap.stop();
    stopHeartbeat();
    stores.stop();
    await Promise.all([
      ...[configuration.stop(), caps.stop(), shipper.stop(), ledger.stop()],
      fraud.stop(),
    ]);
    await deadLetters.close();
    await Promise.all([client.close(), pool.end()]);
    task.sealedPort.close();
    port.close();
  };
  port.on('message', (message: ToBackground) => {
    receive(message, { send, ledger, fraud, registry, stores, stop });
  });
}

/** Everything that takes segments from the log, and what watches its size. */
async function startShipping(parts: { pool: pg.Pool; client: ClickHouseClient } & Common) {
  const { pool, client, ...common } = parts;
  const paths = dataPaths(task.config.TRELLIS_DATA_DIR);
  const deadLetters = await openDeadLetters({ ...common, directory: paths.deadLetters });
  const directories = {
    clicks: join(paths.log, 'clicks'),
    conversions: join(paths.log, 'conversions'),
  };
  const shipper = await startShipper({
    ...common,
    client,
    deadLetters,
    directory: directories.clicks,
  });
  const ledger = startLedger({
    ...common,
    pool,
    clickhouse: client,
    directory: directories.conversions,
    deadLetter: (letter) => deadLetters.append(letter),
  });
  const cap = startLogCap({
    ...common,
    directories: Object.values(directories),
    bytesMax: task.config.TRELLIS_EVENT_LOG_BYTES_MAX,
    fullFlag: new Int32Array(task.limits),
  });
  return { deadLetters, shipper, ledger, cap };
}

type Common = { clock: Clock; registry: Registry; logger: Logger };

type Parts = {
  send(message: FromBackground): void;
  ledger: ReturnType<typeof startLedger>;
  fraud: Fraud;
  registry: Registry;
  stores: StoreMonitor;
  stop(): Promise<void>;
};

function receive(message: ToBackground, parts: Parts): void {
  const { send } = parts;
  switch (message.kind) {
    case 'claim': {
      const { id } = message;
      parts.ledger.claims.claim(decodeConversion(message.conversion)).then(
        (outcome) => send({ kind: 'claimed', id, outcome }),
        (error: unknown) => {
          logger.error({ error: messageOf(error) }, 'a claim failed');
          send({ kind: 'claimed', id, outcome: 'unavailable' });
        },
      );
      return;
    }
    case 'detections':
      parts.fraud.take(message.detections);
      return;
    case 'windows_wanted':
      parts.fraud.wantWindows(message.shard, message.beforeMs);
      return;
    case 'metrics':
      parts.registry.metrics().then(
        (text) => send({ kind: 'metrics', id: message.id, text }),
        (error: unknown) => logger.error({ error: messageOf(error) }, 'metrics failed'),
      );
      return;
    case 'status':
      send({
        kind: 'status',
        id: message.id,
        status: { ...parts.stores.status, ...parts.fraud.status() },
      });
      return;
    case 'stop':
      parts.stop().catch((error: unknown) => {
        logger.error({ error: messageOf(error) }, 'could not stop in order');
        process.exit(1);
      });
      return;
    default:
      message satisfies never;
  }
}

/** Sends the snapshot at once, then what PostgreSQL has since, for as long as the thread lives. */
function followConfiguration(
  url: string,
  snapshot: ConfigurationSnapshot,
  onChange: (change: EncodedChange, more: boolean) => void,
) {
  snapshot.load(onChange);
  let timer: NodeJS.Timeout | undefined;
  const save = () => {
    timer = undefined;
    try {
      snapshot.save();
    } catch (error) {
      logger.error({ error: messageOf(error) }, 'the configuration snapshot could not be written');
    }
  };
  const watcher = watchConfiguration({
    url,
    afterVersion: snapshot.version,
    onChange: (rows, more) => {
      const change = { ...rows, campaigns: rows.campaigns.map(campaignText) };
      if (change.version < snapshot.version) {
        // A backup was restored. Blocks that it does not have could be removed by nobody.
        change.blocks = [...snapshot.removedBlocks(), ...change.blocks];
      }
      snapshot.apply(change);
      if (!more) {
        timer ??= setTimeout(save, SNAPSHOT_SAVE_MS);
      }
      onChange(change, more);
    },
    onError: (error, retryInMs) => {
      logger.warn({ error: messageOf(error), retryInMs }, 'the configuration cannot be read');
    },
  });
  return {
    stop: async () => {
      await watcher.stop();
      clearTimeout(timer);
      save();
    },
  };
}
