/**
 * The engine process, main thread. Steps of a click here, in the order of the flow:
 *
 * 1 organizations/routing-table.ts   whose request it is
 * 2 http/acceptor.ts                 into the mailbox of the organisation's actor thread
 * 6 http/acceptor.ts                 the answer, when the actor has replied
 *
 * Everything else that this process does happens on other threads: actors (actors/worker), the log's
 * sync thread (actors/log/sync) and the background thread (actors/background).
 */

import type { TemplatedApp, us_listen_socket } from 'uWebSockets.js';
import { isMainThread } from 'node:worker_threads';
import { Registry } from 'prom-client';
import { SyncThread } from '../actors/log/sync/sync-thread.ts';
import { createActorCountersBuffer, openActorCounters } from '../actors/pool/actor-counters.ts';
import { ActorPool } from '../actors/pool/actor-pool.ts';
import { loadGeoBuffers } from '../actors/worker/enrich/geo-buffers.ts';
import { loadDataCentreBuffers } from '../actors/worker/fraud/signals/data-centre-buffers.ts';
import { systemClock } from '../core/clock.ts';
import { type Config, databaseUrl } from '../core/config.ts';
import { dataPaths } from '../core/data-dir.ts';
import { TrellisError } from '../core/errors.ts';
import { createLogger, type Logger } from '../core/logger.ts';
import type { NodeIdentity } from '../core/node.ts';
import { BackgroundThread } from './background-thread.ts';
import { Acceptor } from './http/acceptor.ts';
import { peerAddressOn } from './http/answer.ts';
import { addRoutes } from './http/app.ts';
import { ConversionClaimer } from './http/conversion-claimer.ts';
import { EngineCounters } from './metrics/engine-counters.ts';
import { createEngineRegistry } from './metrics/engine-registry.ts';
import { startMetricsServer } from './metrics/metrics-server.ts';
import { forgetNodeIdentity, nodeIdentity } from './node-identity.ts';
import { RoutingTable } from './organizations/routing-table.ts';
import { ReadinessMonitor } from './readiness-monitor.ts';
import { drainRequests } from './shutdown.ts';

/** Most bytes of URL and headers together; more is answered with 431. */
const HEADER_BYTES_MAX = 16 * 1024;
const BACKGROUND_STOP_MS_MAX = 10_000;

/**
 * Runs the engine until SIGTERM or SIGINT, or until the process that started it goes away.
 *
 * @throws TrellisError `port_in_use` and what the parts need and do not find
 */
export async function runEngine(config: Config): Promise<void> {
  if (!isMainThread) {
    throw new Error('the engine runs on the main thread');
  }
  const logger = createLogger('engine', config.TRELLIS_LOG_LEVEL);
  const paths = dataPaths(config.TRELLIS_DATA_DIR);
  const stopRequested = untilStopRequested();
  const node = await nodeIdentity(paths.node, databaseUrl(config), logger);
  const parts = composeEngine(config, node, logger);
  await parts.configured;
  // The HTTP server reads this variable when it is loaded.
  process.env.UWS_HTTP_MAX_HEADERS_SIZE = String(HEADER_BYTES_MAX);
  const { App, us_listen_socket_close } = await import('uWebSockets.js');
  const app = App();
  addRoutes(app, { ...parts, readiness: () => parts.monitor.readiness() });
  const listener = await listen(app, config);
  const metrics = await startMetricsServer({
    host: config.TRELLIS_HOST,
    port: config.TRELLIS_METRICS_PORT,
    collect: parts.collectMetrics,
    logger,
  });
  logger.info({ port: config.TRELLIS_ENGINE_PORT, node: node.number }, 'the engine takes traffic');
  const reason = await stopRequested;
  logger.info({ reason }, 'the engine stops');
  await drainRequests(() => us_listen_socket_close(listener), parts.acceptor);
  app.close();
  await parts.pool.stop();
  await parts.sync.close();
  await parts.background.stop(BACKGROUND_STOP_MS_MAX);
  parts.monitor.stop();
  metrics.close();
  metrics.closeAllConnections();
  logger.info('the engine has stopped');
}

function composeEngine(config: Config, node: NodeIdentity, logger: Logger) {
  const limits = new SharedArrayBuffer(4);
  const syncRegistry = new Registry();
  const sync = startSync(syncRegistry, logger);
  const actorCounters = Array.from({ length: config.TRELLIS_ACTOR_THREADS }, () =>
    createActorCountersBuffer(),
  );
  const geo = loadGeoBuffers(config.TRELLIS_GEO_DATABASE);
  const dataCentres = loadDataCentreBuffers();
  const routing = new RoutingTable(systemClock);
  const counters = new EngineCounters();
  const pool: ActorPool = new ActorPool({
    threads: config.TRELLIS_ACTOR_THREADS,
    taskFor: (shard) => ({
      counters: actorCounters[shard] as SharedArrayBuffer,
      limits,
      syncPort: sync.connect(),
      node,
      dataDir: config.TRELLIS_DATA_DIR,
      trustedProxies: [...config.TRELLIS_TRUSTED_PROXIES],
      geo,
      dataCentres,
      faultInjection: config.TRELLIS_FAULT_INJECTION,
      logLevel: config.TRELLIS_LOG_LEVEL,
    }),
    onReplies: (shard) => acceptor.drain(shard),
    onDetections: (detections) => background.tellDetections(detections),
    onRestart: (shard) => background.wantWindows(shard, systemClock.nowMs()),
    clock: systemClock,
    logger,
  });
  const claimer = new ConversionClaimer((id, conversion) => background.claim(id, conversion));
  const numberOf = (organizationId: string) => routing.numberOf(organizationId);
  const peerAddress = peerAddressOn(config.TRELLIS_HOST);
  const acceptor: Acceptor = new Acceptor({ pool, routing, counters, claimer, peerAddress });
  let onConfigured: () => void = () => undefined;
  const configured = new Promise<void>((resolve) => {
    onConfigured = resolve;
  });
  const background: BackgroundThread = new BackgroundThread({
    newTask: () => ({ config, limits, node, sealedPort: sync.subscribeSealed() }),
    logger,
    onClaimed: (message) => claimer.receive(message),
    onNodeLost: () => endWithLostNumber(config, node, logger),
    onConfiguration: (change, more) => {
      routing.apply(change);
      pool.configure(change, numberOf);
      if (!more) {
        onConfigured();
      }
    },
    onCapCounts: (counts) => pool.tellCapCounts(counts),
    onBlocks: (blocks) => pool.tellBlocks(blocks, numberOf),
    onWindows: (shard, rows) => pool.tellWindows(shard, rows, numberOf),
  });
  background.wantWindows(null, systemClock.nowMs());
  const actors = actorCounters.map(openActorCounters);
  const monitor = new ReadinessMonitor({ background, acceptor, actors, limits });
  const logBytesMax = config.TRELLIS_EVENT_LOG_BYTES_MAX;
  const registry = createEngineRegistry({ counters, pool, actors, monitor, logBytesMax });
  if (config.TRELLIS_FAULT_INJECTION) {
    killThreadsOnSignal(pool);
  }
  const collectMetrics = async () =>
    [await registry.metrics(), await syncRegistry.metrics(), await background.metrics()].join('\n');
  return {
    sync,
    pool,
    routing,
    counters,
    acceptor,
    background,
    configured,
    monitor,
    collectMetrics,
  };
}

function startSync(registry: Registry, logger: Logger): SyncThread {
  return new SyncThread({
    registry,
    onDeath: (error) => {
      // Without it nothing more becomes durable. The supervisor starts a new process at once.
      logger.fatal({ error: error.message }, 'the sync thread died; the engine ends');
      process.exit(1);
    },
  });
}

/** Another node makes ids with this number by now. A new process gets a number of its own. */
function endWithLostNumber(config: Config, node: NodeIdentity, logger: Logger): never {
  logger.fatal({ node }, 'this node was not heard of for too long; the engine starts anew');
  forgetNodeIdentity(dataPaths(config.TRELLIS_DATA_DIR).node);
  process.exit(1);
}

function listen(app: TemplatedApp, config: Config): Promise<us_listen_socket> {
  const { TRELLIS_HOST: host, TRELLIS_ENGINE_PORT: port } = config;
  return new Promise((resolve, reject) => {
    app.listen(host, port, (listener) => {
      if (listener === false) {
        const message = `port ${port} (TRELLIS_ENGINE_PORT) on ${host} cannot be used; is it taken?`;
        reject(new TrellisError('port_in_use', message));
      } else {
        resolve(listener);
      }
    });
  });
}

/** Resolves with the reason for which the process should end. */
function untilStopRequested(): Promise<string> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve('SIGTERM'));
    process.once('SIGINT', () => resolve('SIGINT'));
    process.once('disconnect', () => resolve('the parent process went away'));
  });
}

/** For failure tests: SIGUSR2 ends one actor thread after the other. */
function killThreadsOnSignal(pool: ActorPool): void {
  let next = 0;
  process.on('SIGUSR2', () => {
    pool.killThread(next++);
  });
}
