import { type Command, InvalidArgumentError } from 'commander';
import { countArgument } from '../arguments.ts';
import { type CliContext, configOf } from '../context.ts';
import { EVENTS_MAX } from '../demo-data/event-ids.ts';
import { runDemoData, runRemoval } from '../demo-data/run.ts';

const MONTHS_MAX = 36;
const SEED_MAX = 4_294_967_295;

const AFTER_HELP = `
Writes a history that looks like a shop's: campaigns, visitors who come back, conversions that come
late, bots, days and weeks. The same arguments give the same data. Conversions come on top of --events,
about 25 for 1,000. Trellis must be running; it may go on working meanwhile.

Ctrl-C stops after the piece that is being written; the same command goes on from there.

Examples:
  $ trellis demo-data
  $ trellis demo-data --events 20000000 --months 4 --end 2026-11-24
  $ trellis demo-data --remove`;

type Options = {
  events: number;
  months: number;
  organization: string;
  seed: number;
  end?: number;
  timezone: string;
  replace?: boolean;
  append?: boolean;
  remove?: boolean;
};

/** `trellis demo-data`: a history for looking at the product and for measuring it. */
export function addCommand(program: Command, context: CliContext): void {
  program
    .command('demo-data')
    .description('write a history of realistic traffic')
    .option('--events <n>', 'clicks and visits', countArgument(EVENTS_MAX), 1_000_000)
    .option('--months <n>', 'calendar months until the end', countArgument(MONTHS_MAX), 4)
    .option('--organization <id>', 'whose traffic it is', 'org_acmecorp')
    .option('--seed <n>', 'another number gives other data', countArgument(SEED_MAX), 1)
    .option('--end <time>', 'where it ends, UTC (default: the last full hour)', endArgument)
    .option('--timezone <name>', 'of the rhythm of days and weeks', timezone, 'America/New_York')
    .option('--replace', 'delete demo data of the organisation first, when there are any')
    .option('--append', 'add to demo data of the same time')
    .option('--remove', 'only delete all demo data of the organisation')
    .addHelpText('after', AFTER_HELP)
    .action((options: Options, command: Command) => {
      const ways = [options.replace, options.append, options.remove].filter(Boolean);
      if (ways.length > 1) {
        command.error('error: give only one of --replace, --append and --remove');
      }
      return run(context, options);
    });
}

async function run(context: CliContext, options: Options): Promise<void> {
  const config = configOf(context);
  if (options.remove === true) {
    await runRemoval(context, config, options.organization);
    return;
  }
  const appendOrRefuse = options.append === true ? 'append' : 'refuse';
  await runDemoData(context, config, {
    ...{ organizationId: options.organization, events: options.events, months: options.months },
    ...{ seed: options.seed, timezone: options.timezone, endMs: options.end ?? Date.now() },
    ifExists: options.replace === true ? 'replace' : appendOrRefuse,
  });
}

/** A date (midnight UTC) or a time with zone, not in the future. */
function endArgument(text: string): number {
  const isTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;
  const endMs = isTime.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(endMs)) {
    throw new InvalidArgumentError('Give a date such as 2026-11-24 or 2026-11-24T18:00Z.');
  }
  if (endMs > Date.now()) {
    throw new InvalidArgumentError('That is in the future.');
  }
  return endMs;
}

function timezone(text: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    throw new InvalidArgumentError('Give a name such as Europe/Berlin.');
  }
}
