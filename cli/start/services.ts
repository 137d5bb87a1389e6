import type { Config } from '../../core/config.ts';
import { dataPaths } from '../../core/data-dir.ts';
import type { Logger } from '../../core/logger.ts';
import { startEmbeddedClickHouse } from '../../stores/clickhouse/embedded/process.ts';
import { startEmbeddedPostgres } from '../../stores/postgres/embedded/process.ts';
import { addressesOf } from '../addresses.ts';
import { startNodeService } from './node-service.ts';
import type { RunStateWriter } from './run-state.ts';
import { Service } from './service.ts';

/** A first start of the engine waits for its first configuration; a geo database takes its time. */
const START_MS_MAX = 60_000;
/** What is in flight when the engine is told to stop has deadlines of its own, which are shorter. */
const ENGINE_STOP_MS_MAX = 45_000;
const ADMIN_STOP_MS_MAX = 15_000;

export type Services = {
  /** Undefined where the store is somebody else's. */
  postgres: Service | undefined;
  clickhouse: Service | undefined;
  engine: Service;
  admin: Service;
};

/** What one Trellis consists of; nothing is started yet. */
export function defineServices(options: {
  config: Config;
  env: Readonly<Record<string, string | undefined>>;
  logger: Logger;
  state: RunStateWriter;
}): Services {
  const { config, env, logger, state } = options;
  const paths = dataPaths(config.TRELLIS_DATA_DIR);
  const addresses = addressesOf(config);
  const postgres = () =>
    startEmbeddedPostgres({
      dataDir: paths.postgres,
      port: config.TRELLIS_POSTGRES_PORT,
      logger,
    });
  const clickhouse = () =>
    startEmbeddedClickHouse({
      dataDir: paths.clickhouse,
      port: config.TRELLIS_CLICKHOUSE_PORT,
      logger,
    });
  const node = { startMsMax: START_MS_MAX, env, logger };
  const engine = () =>
    startNodeService({
      ...node,
      command: 'engine',
      // See actors/pool: the same for the thread that accepts.
      execArgv: ['--max-semi-space-size=32'],
      healthUrl: `${addresses.engine}/health`,
      stopMsMax: ENGINE_STOP_MS_MAX,
    });
  const admin = () =>
    startNodeService({
      ...node,
      command: 'admin',
      healthUrl: `${addresses.admin}/health`,
      stopMsMax: ADMIN_STOP_MS_MAX,
    });
  const service = (name: keyof Services, launch: () => ReturnType<typeof engine>) =>
    new Service({ name, launch, logger, onPid: (pid) => state.set(name, pid) });
  return {
    postgres: config.DATABASE_URL === undefined ? service('postgres', postgres) : undefined,
    clickhouse: config.CLICKHOUSE_URL === undefined ? service('clickhouse', clickhouse) : undefined,
    engine: service('engine', engine),
    admin: service('admin', admin),
  };
}

/** Front to back: nobody is asked any more by the time it ends. */
export async function stopServices(services: Services): Promise<void> {
  await services.engine.stop();
  await services.admin.stop();
  await services.clickhouse?.stop();
  await services.postgres?.stop();
}

/** Ends all at once. What was answered is on disk; the next start recovers the rest. */
export function killServices(services: Services): void {
  for (const service of [services.engine, services.admin, services.clickhouse, services.postgres]) {
    service?.kill();
  }
}
