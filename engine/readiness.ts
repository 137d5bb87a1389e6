import type { BackgroundStatus } from '../actors/background/messages.ts';
import type { Readiness } from './http/app.ts';

/** What decides whether traffic is recorded. */
export type ReadinessFacts = {
  isConfigured: boolean;
  isClosing: boolean;
  /** Rows that could not be appended lately, from any actor thread. */
  isDropping: boolean;
  isLogFull: boolean;
  background: BackgroundStatus | null;
};

/**
 * Ready means: a click that comes now is redirected and recorded. The stores may be down for that; they
 * are named all the same, because somebody should look.
 */
export function judgeReadiness(facts: ReadinessFacts): Readiness {
  const log = facts.isLogFull ? 'full: clicks are redirected but dropped' : 'ok';
  const parts = {
    configuration: facts.isConfigured ? 'ok' : 'not read yet',
    event_log: facts.isDropping ? 'not writable: clicks are redirected but dropped' : log,
    postgres: facts.background?.postgres ?? 'unknown',
    clickhouse: facts.background?.clickhouse ?? 'unknown',
    ...(facts.background?.redis === undefined ? {} : { redis: facts.background.redis }),
    ...(facts.isClosing ? { engine: 'shutting down' } : {}),
  };
  const ready = facts.isConfigured && !facts.isDropping && !facts.isLogFull && !facts.isClosing;
  return { ready, parts };
}
