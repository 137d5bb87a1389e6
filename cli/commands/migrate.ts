import type { Command } from 'commander';
import { clickhouseUrl, databaseUrl } from '../../core/config.ts';
import { migrateClickHouse } from '../../stores/clickhouse/migrate.ts';
import { migratePostgres } from '../../stores/postgres/migrate.ts';
import { type CliContext, configOf, say } from '../context.ts';

const AFTER_HELP = `
'trellis start' migrates by itself. With stores of your own, run this once per release before the
new processes start; doing it again, or on several nodes at once, does no harm.

Examples:
  $ trellis migrate
  $ DATABASE_URL=postgres://trellis@db/trellis CLICKHOUSE_URL=http://ch:8123 trellis migrate`;

/** `trellis migrate`: brings both databases to this release's schema. */
export function addCommand(program: Command, context: CliContext): void {
  program
    .command('migrate')
    .description('bring PostgreSQL and ClickHouse to the schema of this release')
    .addHelpText('after', AFTER_HELP)
    .action(async () => {
      const config = configOf(context);
      const postgres = await migratePostgres(databaseUrl(config));
      for (const name of postgres.applied) {
        say(context, `PostgreSQL: applied ${name}`);
      }
      const clickhouse = await migrateClickHouse(clickhouseUrl(config));
      for (const name of clickhouse.applied) {
        say(context, `ClickHouse: applied ${name}`);
      }
      say(context, 'PostgreSQL and ClickHouse are up to date');
    });
}
