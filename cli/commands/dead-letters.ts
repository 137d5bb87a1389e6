import type { ClickHouseClient } from '@clickhouse/client';
import type { Command } from 'commander';
import type pg from 'pg';
import { insertConversions } from '../../actors/ledger/insert-conversions.ts';
import { type ListedDeadLetter, listDeadLetters } from '../../actors/ship/dead-letter-files.ts';
import { replayDeadLetters } from '../../actors/ship/dead-letter-replay.ts';
import { type Config, clickhouseUrl } from '../../core/config.ts';
import type { ConversionRecord } from '../../core/conversion.ts';
import { dataPaths } from '../../core/data-dir.ts';
import { TrellisError } from '../../core/errors.ts';
import { createClickHouse } from '../../stores/clickhouse/client.ts';
import { countArgument } from '../arguments.ts';
import { type CliContext, configOf, say, sayJson, withPostgres } from '../context.ts';
import { ReportedFailure } from '../failures.ts';
import { table } from '../table.ts';

const LIMIT_MAX = 10_000;
const INSERT_MS_MAX = 15_000;

const LIST_HELP = `
Examples:
  $ trellis dead-letters list
  $ trellis dead-letters list --limit 1000 --replayed --json`;

const REPLAY_HELP = `
Sends what a store has refused to it again, after the cause has been repaired. Each row is stored
once, however often it is replayed. Exits with 1 when some are refused again; these stay listed.

Examples:
  $ trellis dead-letters replay --all
  $ trellis dead-letters replay 'clicks-a1b2c3-0-000017/12-13'`;

type ListOptions = { limit: number; cursor?: string; replayed?: boolean; json?: boolean };

type ReplayOptions = { all?: boolean; json?: boolean };

/** `trellis dead-letters`: rows that a store refused for what they contain. */
export function addCommand(program: Command, context: CliContext): void {
  const deadLetters = program
    .command('dead-letters')
    .description('list and replay the rows that a store has refused');
  deadLetters.addHelpText('after', LIST_HELP);
  deadLetters
    .command('list')
    .description('list them, oldest first')
    .option('--limit <n>', 'at most so many', countArgument(LIMIT_MAX), 100)
    .option('--cursor <cursor>', 'go on where the list before ended')
    .option('--replayed', 'also those that were replayed')
    .option('--json', 'print them as JSON, with their content')
    .addHelpText('after', LIST_HELP)
    .action((options: ListOptions) => list(context, options));
  deadLetters
    .command('replay')
    .description('send them to their store again')
    .argument('[ids...]', 'as listed')
    .option('--all', 'all that are listed')
    .option('--json', 'print the outcome as JSON')
    .addHelpText('after', REPLAY_HELP)
    .action((ids: string[], options: ReplayOptions, command: Command) => {
      if (ids.length > 0 === (options.all === true)) {
        command.error('error: name the letters to be replayed, or give --all');
      }
      return replay(context, options.all === true ? 'all' : ids, options.json === true);
    });
}

async function list(context: CliContext, options: ListOptions): Promise<void> {
  const page = await listDeadLetters({
    directory: dataPaths(configOf(context).TRELLIS_DATA_DIR).deadLetters,
    limit: options.limit,
    withReplayed: options.replayed === true,
    ...(options.cursor === undefined ? {} : { cursor: options.cursor }),
  });
  if (options.json === true) {
    sayJson(context, page);
    return;
  }
  for (const line of table(
    ['id', 'since', 'organization', 'kind', 'code', 'reason'],
    rows(page.letters),
  )) {
    say(context, line);
  }
  if (page.cursor !== null) {
    say(context, `There are more: --cursor ${page.cursor}`);
  }
}

function rows(letters: ListedDeadLetter[]): string[][] {
  return letters.map((letter) => [
    letter.id,
    letter.dead_lettered_at,
    letter.organization_id === '' ? '-' : letter.organization_id,
    letter.replayed ? `${letter.kind} (replayed)` : letter.kind,
    letter.code,
    letter.reason,
  ]);
}

async function replay(
  context: CliContext,
  ids: readonly string[] | 'all',
  isJson: boolean,
): Promise<void> {
  const config = configOf(context);
  const report = await withStores(context, config, (client, pool) =>
    replayDeadLetters({
      directory: dataPaths(config.TRELLIS_DATA_DIR).deadLetters,
      client,
      ids,
      applyConversion: (conversion) => applyConversion(pool, conversion),
    }),
  );
  if (isJson) {
    sayJson(context, report);
  } else {
    say(context, `Replayed ${report.replayed}`);
    for (const { id, reason } of report.failed) {
      say(context, `Refused again: ${id}: ${reason}`);
    }
    for (const id of report.notFound) {
      say(context, `Not found, or replayed already: ${id}`);
    }
  }
  if (report.failed.length > 0 || report.notFound.length > 0) {
    throw new ReportedFailure('not all could be replayed');
  }
}

async function withStores<T>(
  context: CliContext,
  config: Config,
  work: (client: ClickHouseClient, pool: pg.Pool) => Promise<T>,
): Promise<T> {
  const client = createClickHouse({ url: clickhouseUrl(config), database: 'trellis' });
  try {
    return await withPostgres(context, (pool) => work(client, pool));
  } finally {
    await client.close();
  }
}

/** The ledger's key makes this idempotent. */
async function applyConversion(pool: pg.Pool, conversion: ConversionRecord): Promise<void> {
  const [outcome] = await insertConversions(pool, [conversion], INSERT_MS_MAX);
  if (outcome?.kind === 'refused') {
    throw new TrellisError('conversion_refused', outcome.reason);
  }
}
