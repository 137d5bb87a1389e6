import { setTimeout as delay } from 'node:timers/promises';
import { type Config, clickhouseUrl, databaseUrl, isDemo } from '../../core/config.ts';
import { messageOf } from '../../core/errors.ts';
import { createLogger, type Logger } from '../../core/logger.ts';
import { migrateClickHouse } from '../../stores/clickhouse/migrate.ts';
import { createPostgres } from '../../stores/postgres/client.ts';
import { migratePostgres } from '../../stores/postgres/migrate.ts';
import { addressesOf, withoutPassword } from '../addresses.ts';
import { probe } from '../probe.ts';
import { scheduleAsBatch } from './batch-scheduling.ts';
import { takeDataFolder } from './data-folder.ts';
import { prepareDemo } from './demo.ts';
import { endLeftovers } from './leftovers.ts';
import { requireFreePorts } from './ports.ts';
import { RunStateWriter } from './run-state.ts';
import { defineServices, killServices, type Services, stopServices } from './services.ts';
import { type StopRequests, watchStopSignals } from './stop-signals.ts';

const READY_POLL_MS = 25;
/** After this long somebody should know what we are still waiting for. */
const READY_COMPLAINT_MS = 10_000;
/** How long a forced stop may take, with nobody left who could answer. */
const FORCED_STOP_MS = 3_000;

export type SupervisorOptions = {
  config: Config;
  /** Handed on to the engine and the admin service, which read their settings from it. */
  env: Readonly<Record<string, string | undefined>>;
  say: (line: string) => void;
};

/**
 * `trellis start`: starts everything in its order, keeps it running, and stops it in the reverse
 * order on SIGTERM, SIGINT or SIGHUP.
 *
 * @throws TrellisError when something cannot be started the first time; what was started is stopped
 */
export async function runSupervisor(options: SupervisorOptions): Promise<void> {
  const { config } = options;
  const logger = createLogger('supervisor');
  const stop = watchStopSignals();
  const giveBack = await takeDataFolder(config.TRELLIS_DATA_DIR);
  try {
    await scheduleAsBatch(process.pid, logger);
    const leftovers = await endLeftovers(config.TRELLIS_DATA_DIR, logger);
    await requireFreePorts(config, {
      isClickHouseOurs: config.CLICKHOUSE_URL === undefined,
      // An old PostgreSQL of ours gives its port back when the new one is started.
      isPostgresOurs: config.DATABASE_URL === undefined && !leftovers.isPostgresRunning,
    });
    const state = new RunStateWriter(config.TRELLIS_DATA_DIR, (error) => {
      logger.warn({ error: messageOf(error) }, 'run.json could not be written');
    });
    state.set('supervisor', process.pid);
    const services = defineServices({ config, env: options.env, logger, state });
    stop.onSecond(() => {
      logger.warn('stopping at once');
      killServices(services);
      // Whatever is being started just now has no process that could be killed.
      setTimeout(() => process.exit(0), FORCED_STOP_MS).unref();
    });
    try {
      await Promise.race([startAll(services, options, logger, stop), stop.requested]);
      await stop.requested;
      options.say('Stopping; press Ctrl-C again to stop at once');
    } finally {
      await stopServices(services);
      await state.clear();
    }
  } finally {
    await giveBack();
  }
}

async function startAll(
  services: Services,
  { config, say }: SupervisorOptions,
  logger: Logger,
  stop: StopRequests,
): Promise<void> {
  await Promise.all([startPostgres(services, config), startClickHouse(services, config)]);
  const credentials = isDemo(config) ? await createDemo(config) : undefined;
  if (stop.isRequested()) {
    return;
  }
  await Promise.all([services.engine.start(), services.admin.start()]);
  await untilReady(`${addressesOf(config).engine}/ready`, logger, stop);
  if (!stop.isRequested()) {
    announce(config, credentials, say);
  }
}

async function startPostgres(services: Services, config: Config): Promise<void> {
  await services.postgres?.start();
  await migratePostgres(databaseUrl(config));
}

async function startClickHouse(services: Services, config: Config): Promise<void> {
  await services.clickhouse?.start();
  await migrateClickHouse(clickhouseUrl(config));
}

async function createDemo(config: Config): Promise<string> {
  const pool = createPostgres({
    url: databaseUrl(config),
    maxConnections: 2,
    applicationName: 'trellis-start',
  });
  try {
    return await prepareDemo(pool, config);
  } finally {
    await pool.end();
  }
}

/** The engine answers already, so nothing is given up: it may only be unable to record for now. */
async function untilReady(readyUrl: string, logger: Logger, stop: StopRequests): Promise<void> {
  let complainAtMs = performance.now() + READY_COMPLAINT_MS;
  while (!stop.isRequested()) {
    const { isOk, detail } = await probe(readyUrl);
    if (isOk) {
      return;
    }
    if (performance.now() > complainAtMs) {
      complainAtMs = Number.POSITIVE_INFINITY;
      logger.warn({ reason: detail }, 'the engine answers, but does not record traffic yet');
    }
    await delay(READY_POLL_MS);
  }
}

function announce(
  config: Config,
  credentials: string | undefined,
  say: (line: string) => void,
): void {
  const addresses = addressesOf(config);
  say(`engine       ${addresses.engine}`);
  say(`admin        ${addresses.admin}`);
  say(`metrics      ${addresses.engineMetrics} (engine)`);
  say(`metrics      ${addresses.adminMetrics} (admin)`);
  say(`clickhouse   ${withoutPassword(addresses.clickhouse)}`);
  say(`postgres     ${withoutPassword(addresses.postgres)}`);
  if (credentials !== undefined) {
    say(`credentials  ${credentials}`);
  }
  say('Trellis is ready');
}
