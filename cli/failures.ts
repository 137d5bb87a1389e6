import { messageOf, TrellisError } from '../core/errors.ts';
import { isConnectionError } from '../stores/postgres/client.ts';

/** What the process ends with; scripts may rely on these. */
export const EXIT = { ok: 0, failure: 1, usage: 2 } as const;

/** Ends a command as failed after it has itself printed what is wrong. */
export class ReportedFailure extends Error {}

export type Explanation = {
  /** Ready to be printed, without a line end. */
  text: string;
  /** Whether the way Trellis was called or set up is at fault, rather than its surroundings. */
  isUsage: boolean;
};

/** SQLSTATE undefined_table: nobody has run the migrations on this database. */
const UNDEFINED_TABLE = '42P01';

/** What went wrong, in plain words; the stack only for `TRELLIS_LOG_LEVEL=debug` or `trace`. */
export function explainFailure(
  error: unknown,
  env: Readonly<Record<string, string | undefined>>,
): Explanation {
  const isDebug = env.TRELLIS_LOG_LEVEL === 'debug' || env.TRELLIS_LOG_LEVEL === 'trace';
  const isUsage = error instanceof TrellisError && error.code === 'invalid_settings';
  const plain = plainWords(error, env);
  const stack = isDebug && error instanceof Error ? `\n${error.stack ?? ''}${causes(error)}` : '';
  return { text: `trellis: ${plain}${stack}`, isUsage };
}

function plainWords(error: unknown, env: Readonly<Record<string, string | undefined>>): string {
  if (error instanceof TrellisError) {
    return error.message;
  }
  if (isConnectionError(error)) {
    const setting = env.DATABASE_URL === undefined ? 'TRELLIS_POSTGRES_PORT' : 'DATABASE_URL';
    return `PostgreSQL does not answer (${detailOf(error)}). Is Trellis running, and is ${setting} right?`;
  }
  if (hasCode(error, UNDEFINED_TABLE)) {
    return `The database has no tables of Trellis yet: run 'trellis migrate' first.`;
  }
  return messageOf(error);
}

/** Connections to a name with several addresses fail with an error that has no message. */
function detailOf(error: unknown): string {
  if (error instanceof AggregateError) {
    return error.errors.map(messageOf).join('; ');
  }
  return messageOf(error);
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function causes(error: Error): string {
  return error.cause instanceof Error
    ? `\ncaused by: ${error.cause.stack ?? ''}${causes(error.cause)}`
    : '';
}
