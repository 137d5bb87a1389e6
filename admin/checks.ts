import type pg from 'pg';
import { messageOf } from '../core/errors.ts';

/** Asks a store for a sign of life: `ok`, or why there is none. Never rejects. */
export type Check = () => Promise<string>;

const ANSWER_MS_MAX = 2_000;

export function postgresCheck(pool: pg.Pool): Check {
  return () =>
    answered(async () => {
      await pool.query('SELECT 1');
    });
}

/** @param url as CLICKHOUSE_URL; a name and password in it are not needed for a ping */
export function clickHouseCheck(url: string): Check {
  const ping = new URL('/ping', url);
  ping.username = '';
  ping.password = '';
  return () =>
    answered(async (signal) => {
      const response = await fetch(ping, { signal });
      await response.arrayBuffer();
      if (!response.ok) {
        throw new Error(`answers ${response.status}`);
      }
    });
}

async function answered(ask: (signal: AbortSignal) => Promise<void>): Promise<string> {
  const signal = AbortSignal.timeout(ANSWER_MS_MAX);
  const tooLate = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error(`no answer within ${ANSWER_MS_MAX} ms`));
    });
  });
  try {
    await Promise.race([ask(signal), tooLate]);
    return 'ok';
  } catch (error) {
    return `unreachable: ${reasonOf(error)}`;
  }
}

/** fetch hides the reason in the cause; connections to several addresses have several errors. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) {
    return error.errors.map(messageOf).join('; ');
  }
  return error instanceof Error && error.cause !== undefined
    ? reasonOf(error.cause)
    : messageOf(error);
}
