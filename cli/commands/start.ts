import type { Command } from 'commander';
import { type CliContext, configOf, say } from '../context.ts';

const AFTER_HELP = `
Starts the embedded PostgreSQL and ClickHouse unless DATABASE_URL and CLICKHOUSE_URL name others,
brings their schemas up to date, then starts the engine and the admin service, and starts again
whatever of these dies. Ctrl-C or SIGTERM finishes what was accepted and exits with 0.

At the first start it creates a demo organisation and writes DATA_DIR/demo-credentials.json, unless
TRELLIS_DEMO=0 or the stores are your own.

Examples:
  $ trellis start
  $ TRELLIS_DATA_DIR=/var/lib/trellis TRELLIS_ENGINE_PORT=80 TRELLIS_HOST=0.0.0.0 trellis start
  $ DATABASE_URL=postgres://trellis@db/trellis CLICKHOUSE_URL=http://ch:8123 trellis start`;

/** `trellis start`: everything on one machine. */
export function addCommand(program: Command, context: CliContext): void {
  program
    .command('start')
    .description('start everything: stores, engine, admin service')
    .addHelpText('after', AFTER_HELP)
    .action(async () => {
      const config = configOf(context);
      // Loaded only here: the other commands need none of the embedded stores' code.
      const { runSupervisor } = await import('../start/supervisor.ts');
      await runSupervisor({ config, env: context.env, say: (line) => say(context, line) });
    });
}
