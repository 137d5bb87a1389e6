import type pg from 'pg';
import { type Config, databaseUrl, readConfig } from '../core/config.ts';
import { createPostgres } from '../stores/postgres/client.ts';

type Output = { write(text: string): unknown };

/** What a command may use of the process it runs in. */
export type CliContext = {
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  stdout: Output;
  stderr: Output;
};

/**
 * The settings, read when a command needs them: `--help` must work with faulty ones as well.
 *
 * @throws TrellisError `invalid_settings`
 */
export function configOf(context: CliContext): Config {
  return readConfig(context.env);
}

/** Lends a small pool to a command and closes it afterwards, so that the process can end. */
export async function withPostgres<T>(
  context: CliContext,
  work: (pool: pg.Pool) => Promise<T>,
): Promise<T> {
  const pool = createPostgres({
    url: databaseUrl(configOf(context)),
    maxConnections: 2,
    applicationName: 'trellis-cli',
  });
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

/** Prints one line. */
export function say(context: CliContext, line = ''): void {
  context.stdout.write(`${line}\n`);
}

/** Prints a value for scripts: indented JSON. */
export function sayJson(context: CliContext, value: unknown): void {
  say(context, JSON.stringify(value, null, 2));
}
