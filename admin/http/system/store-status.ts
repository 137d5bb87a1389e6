import { RedisClient } from '../../../stores/redis/client.ts';
import { RedisErrors } from '../../../stores/redis/redis-errors.ts';
import { answerOf } from '../../checks.ts';
import type { AdminContext } from '../context.ts';

export type StoreStatus = {
  up: boolean;
  /** From the question to the answer; null when there was none. */
  latency_ms: number | null;
  version: string | null;
  /** Why it is not up. */
  reason: string | null;
};

/** @param readVersion asks the store */
async function statusOf(readVersion: () => Promise<string>): Promise<StoreStatus> {
  const startedMs = performance.now();
  const answer = await answerOf(readVersion);
  if (!answer.isOk) {
    return { up: false, latency_ms: null, version: null, reason: answer.reason };
  }
  const latency = Math.round((performance.now() - startedMs) * 10) / 10;
  return { up: true, latency_ms: latency, version: answer.value, reason: null };
}

export function postgresStatus({ pool }: AdminContext): Promise<StoreStatus> {
  return statusOf(async () => {
    const { rows } = await pool.query<{ server_version: string }>('SHOW server_version');
    return rows[0]?.server_version.split(' ')[0] ?? 'unknown';
  });
}

export function clickHouseStatus({ clickhouse }: AdminContext): Promise<StoreStatus> {
  return statusOf(async () => {
    const result = await clickhouse.query({
      query: 'SELECT version() AS version',
      format: 'JSONEachRow',
    });
    const [row] = await result.json<{ version: string }>();
    return row?.version ?? 'unknown';
  });
}

/** The service's own connection to Redis, of which it only wants to know whether it is there. */
export class RedisWatch {
  readonly #client: RedisClient;

  /** Connects. @param url as REDIS_URL */
  constructor(url: string, { logger }: AdminContext) {
    const errors = new RedisErrors();
    this.#client = new RedisClient({ url, name: 'trellis-admin', errors, logger });
  }

  status(): Promise<StoreStatus> {
    return statusOf(async () => {
      const outcome = await this.#client.run((redis) => redis.info('server'));
      if (!outcome.ok) {
        throw new Error(outcome.kind);
      }
      return /^redis_version:(\S+)/m.exec(outcome.value)?.[1] ?? 'unknown';
    });
  }

  close(): void {
    this.#client.close();
  }
}
