import type pg from 'pg';
import { messageOf } from '../core/errors.ts';

/** Asks a store for a sign of life: `ok`, or why there is none. Never rejects. */
export type Check = () => Promise<string>;

/** What somebody else answered, or why he did not. */
export type Answer<T> = { isOk: true; value: T } | { isOk: false; reason: string };

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
  const answer = await answerOf(ask);
  return answer.isOk ? 'ok' : answer.reason;
}

/**
 * Asks, and waits no longer than a moment. Never rejects.
 *
 * @param ask may give up when the signal says so; it is not waited for either way
 */
export async function answerOf<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  answerMsMax = ANSWER_MS_MAX,
): Promise<Answer<T>> {
  const signal = AbortSignal.timeout(answerMsMax);
  const tooLate = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error(`no answer within ${answerMsMax} ms`));
    });
  });
  try {
    return { isOk: true, value: await Promise.race([ask(signal), tooLate]) };
  } catch (error) {
    return { isOk: false, reason: `unreachable: ${reasonOf(error)}` };
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
