/**
 * The admin process: the control plane's HTTP service. Steps in their order:
 *
 * 1 checks.ts          whether the stores answer
 * 2 http/app.ts        what holds for every route, and the routes
 * 3 metrics-server.ts  Prometheus's numbers, on a port of their own
 * 4 retroactive-runs.ts works through the claims of past traffic, beside the requests
 * 5 webhooks/          tells webhooks of alerts, likewise
 * 6 events-upkeep.ts   has ClickHouse rewrite what makes reports slow, likewise
 * 7 stop               finish what is being answered, close the connections
 */
import { fileURLToPath } from 'node:url';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { systemClock } from '../core/clock.ts';
import { type Config, clickhouseUrl, databaseUrl } from '../core/config.ts';
import { messageOf, TrellisError } from '../core/errors.ts';
import { createLogger } from '../core/logger.ts';
import { createClickHouse } from '../stores/clickhouse/client.ts';
import { createPostgres } from '../stores/postgres/client.ts';
import { clickHouseCheck, postgresCheck } from './checks.ts';
import { startEventsUpkeep } from './events-upkeep.ts';
import { createAdminApp } from './http/app.ts';
import { installationOf } from './http/system/installation.ts';
import { startMetricsServer } from './metrics-server.ts';
import { startRetroactiveRuns } from './retroactive-runs.ts';
import type { VisitorReader } from './visitor-reader.ts';
import { startWebhookDeliveries } from './webhooks/deliveries.ts';

const POSTGRES_CONNECTIONS_MAX = 10;
/** How long requests that are being answered may take when the process is to end. */
const DRAIN_MS_MAX = 10_000;

/**
 * Runs the admin service until SIGTERM or SIGINT, or until the process that started it goes away.
 *
 * @param visitors tells of visitors what the engine would, for trying campaigns out
 * @throws TrellisError `port_in_use`
 */
export async function runAdmin(config: Config, visitors: VisitorReader): Promise<void> {
  const logger = createLogger('admin');
  const stopRequested = untilStopRequested();
  const pool = createPostgres({
    url: databaseUrl(config),
    maxConnections: POSTGRES_CONNECTIONS_MAX,
    applicationName: 'trellis-admin',
    onIdleError: (error) => logger.warn({ error: error.message }, 'a connection was lost'),
  });
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const clickhouse = createClickHouse({ url: clickhouseUrl(config), database: 'trellis' });
  const app = await createAdminApp(
    { pool, clickhouse, clock: systemClock, logger },
    {
      checks: { postgres: postgresCheck(pool), clickhouse: clickHouseCheck(clickhouseUrl(config)) },
      trustedProxies: config.TRELLIS_TRUSTED_PROXIES,
      enginePort: config.TRELLIS_ENGINE_PORT,
      webhookNetworks: config.TRELLIS_WEBHOOK_NETWORKS,
      visitors,
      installation: installationOf(config),
      consoleFolder: fileURLToPath(new URL('../console', import.meta.url)),
    },
  );
  try {
    await app.listen({ host: config.TRELLIS_HOST, port: config.TRELLIS_ADMIN_PORT });
  } catch (cause) {
    throw new TrellisError(
      'port_in_use',
      `Port ${config.TRELLIS_ADMIN_PORT} (TRELLIS_ADMIN_PORT) cannot be used: ${messageOf(cause)}`,
      { cause },
    );
  }
  const metrics = await startMetricsServer({
    host: config.TRELLIS_HOST,
    port: config.TRELLIS_METRICS_PORT + 1,
    registry,
    logger,
  });
  const runs = startRetroactiveRuns({ databaseUrl: databaseUrl(config), clickhouse, logger });
  const deliveries = startWebhookDeliveries({
    ...{ pool, clock: systemClock, logger, registry, networks: config.TRELLIS_WEBHOOK_NETWORKS },
  });
  const upkeep = startEventsUpkeep({ clickhouse, logger });
  logger.info({ port: config.TRELLIS_ADMIN_PORT }, 'the admin service answers');
  const reason = await stopRequested;
  logger.info({ reason }, 'the admin service stops');
  const deadline = setTimeout(() => app.server.closeAllConnections(), DRAIN_MS_MAX);
  await Promise.all([
    app.close(),
    ...[runs, deliveries, upkeep].map((task) => task.stop(DRAIN_MS_MAX)),
  ]);
  clearTimeout(deadline);
  metrics.close();
  metrics.closeAllConnections();
  await clickhouse.close();
  await pool.end();
  logger.info('the admin service has stopped');
}

/** Resolves with the reason for which the process should end. */
function untilStopRequested(): Promise<string> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve('SIGTERM'));
    process.once('SIGINT', () => resolve('SIGINT'));
    process.once('disconnect', () => resolve('the parent process went away'));
  });
}
