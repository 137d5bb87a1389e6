import type { Command } from 'commander';
import { type CliContext, configOf } from '../context.ts';
import { stopWithParent } from '../parent-process.ts';
import { takeEngineFolder } from '../start/data-folder.ts';

const AFTER_HELP = `
Needs a PostgreSQL and a ClickHouse that have been migrated; 'trellis start' brings its own.
SIGTERM makes it finish what it has accepted and exit with 0.

Examples:
  $ DATABASE_URL=postgres://trellis@db/trellis CLICKHOUSE_URL=http://ch:8123 trellis engine
  $ TRELLIS_ENGINE_PORT=80 TRELLIS_HOST=0.0.0.0 trellis engine`;

/** `trellis engine`: the data plane alone. */
export function addCommand(program: Command, context: CliContext): void {
  program
    .command('engine')
    .description('run the engine alone: redirects, postbacks, visits')
    .addHelpText('after', AFTER_HELP)
    .action(async () => {
      const config = configOf(context);
      stopWithParent();
      // Loaded only here: the other commands need none of its native code.
      const { runEngine } = await import('../../engine/main.ts');
      const giveBack = await takeEngineFolder(config.TRELLIS_DATA_DIR);
      try {
        await runEngine(config);
      } finally {
        await giveBack();
      }
    });
}
