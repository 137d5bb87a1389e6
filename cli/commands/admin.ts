import type { Command } from 'commander';
import { type CliContext, configOf } from '../context.ts';
import { stopWithParent } from '../parent-process.ts';

const AFTER_HELP = `
Needs a PostgreSQL and a ClickHouse that have been migrated; 'trellis start' brings its own.

Examples:
  $ DATABASE_URL=postgres://trellis@db/trellis CLICKHOUSE_URL=http://ch:8123 trellis admin`;

/** `trellis admin`: the control plane alone. */
export function addCommand(program: Command, context: CliContext): void {
  program
    .command('admin')
    .description('run the admin service alone: campaigns, keys, reports')
    .addHelpText('after', AFTER_HELP)
    .action(async () => {
      const config = configOf(context);
      stopWithParent();
      const { runAdmin } = await import('../../admin/main.ts');
      const { engineVisitorReader } = await import('../visitor-reader.ts');
      await runAdmin(config, engineVisitorReader(config.TRELLIS_GEO_DATABASE));
    });
}
