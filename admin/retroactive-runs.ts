import { setTimeout as wait } from 'node:timers/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import { RetroactiveRunner } from '../analytics/retroactive/runner.ts';
import type { Logger } from '../core/logger.ts';
import { createPostgres } from '../stores/postgres/client.ts';

/** Their own, so that requests never wait for runs. */
const CONNECTIONS_MAX = 4;

export type RetroactiveRuns = {
  /** Ends after the step at work, or leaves it when it takes longer: whoever comes next repeats it. */
  stop(waitMsMax: number): Promise<void>;
};

/** Works through the claims of past traffic, beside the requests. */
export function startRetroactiveRuns(options: {
  databaseUrl: string;
  clickhouse: ClickHouseClient;
  logger: Logger;
}): RetroactiveRuns {
  const { databaseUrl, clickhouse, logger } = options;
  const pool = createPostgres({
    url: databaseUrl,
    maxConnections: CONNECTIONS_MAX,
    applicationName: 'trellis-retroactive',
    onIdleError: (error) => logger.warn({ error: error.message }, 'a connection was lost'),
  });
  const runner = new RetroactiveRunner({ pool, clickhouse, logger });
  runner.start();
  return {
    async stop(waitMsMax) {
      const stopped = runner.stop().then(() => pool.end());
      await Promise.race([stopped, wait(waitMsMax, undefined, { ref: false })]);
    },
  };
}
