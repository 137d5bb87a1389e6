/** `npm run bench`: measures and ends with one table. `npm run bench -- --help` tells what there is. */
import { writeFileSync } from 'node:fs';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { measureAnalytics } from './analytics/run.ts';
import { measureDiscovery } from './discovery/run.ts';
import type { StoreName } from './failure/external-stores.ts';
import { measureCrashes, measureDiskFull, measureHostile, measureOutage } from './failure/rows.ts';
import { FRAUD_BENCH_NAMES, type FraudBenchOptions, runFraudBenches } from './fraud/run.ts';
import { measureRedirects } from './load/redirect.ts';
import type { BenchOutcome } from './micro/result.ts';
import { MICRO_BENCH_NAMES, runMicroBenches } from './micro/run.ts';
import { reportLines } from './micro/table.ts';
import { runWaves, WAVE_NAMES } from './waves/run.ts';

const DESCRIPTION =
  'Measures Trellis. Without a command: micro, load, and the wave slow-clickhouse, because those have goals. Figures are comparable within one run only.';

type CommonOptions = { smoke?: boolean; json?: string };
type LoadOptions = CommonOptions & { rounds: number; seconds: number; rate: number };
type CrashOptions = CommonOptions & {
  rounds: number;
  clicks: number;
  postbacks: number;
  seed: number;
};

type OutageCommandOptions = CommonOptions & {
  seconds: number;
  clicks: number;
  postbacks: number;
  restartEngine?: boolean;
};

type DiscoverySizes = { events: number; groupEvents: number; noiseEvents: number; seed: number };

type FraudCommandOptions = Omit<FraudBenchOptions, 'clicksPerSecond' | 'report'> & {
  clicks: number;
};

const SMOKE_SCALE = 0.1;
const SMOKE_FRAUD = { rounds: 1, seconds: 1, addresses: 5_000, clicksPerSecond: 200, seed: 1 };

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Prints the table, and writes the rows to a file if that is wanted. */
function finish(outcomes: readonly BenchOutcome[], { smoke, json }: CommonOptions): void {
  const rows = outcomes.flatMap((outcome) => outcome.rows);
  const leftOut = outcomes.flatMap((outcome) => outcome.leftOut);
  const shown = smoke === true ? rows.map(({ goal: _, ...row }) => row) : rows;
  const outcome = { rows: shown, leftOut };
  process.stdout.write(`${reportLines(outcome).join('\n')}\n`);
  if (json !== undefined) {
    writeFileSync(json, `${JSON.stringify(outcome, null, 2)}\n`);
  }
}

function micro(names: readonly string[], { smoke }: CommonOptions): Promise<BenchOutcome> {
  return runMicroBenches(names, smoke === true ? 'smoke' : 'full', say);
}

function load({ smoke, rounds, seconds, rate }: LoadOptions): Promise<BenchOutcome> {
  return measureRedirects(
    smoke === true
      ? { rounds: 1, seconds: 1, clicksPerSecond: 200, report: say }
      : { rounds, seconds, clicksPerSecond: rate, report: say },
  );
}

function waves(names: readonly string[], { smoke }: CommonOptions): Promise<BenchOutcome> {
  return runWaves(names, smoke === true ? SMOKE_SCALE : 1, say);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new InvalidArgumentError('must be a whole number from 1 on');
  }
  return value;
}

function numberOption(flags: string, description: string, fallback: number): Option {
  return new Option(flags, description).argParser(wholeNumber).default(fallback);
}

function withCommonOptions(command: Command): Command {
  return command
    .option('--smoke', 'tiny inputs: shows that everything still works, measures nothing')
    .option('--json <file>', 'write the figures to this file, too');
}

function withLoadOptions(command: Command): Command {
  return withCommonOptions(command)
    .addOption(numberOption('--rounds <number>', 'turns of each target', 5))
    .addOption(numberOption('--seconds <number>', 'length of a turn', 5))
    .addOption(numberOption('--rate <number>', 'clicks per second of the fixed rate', 5_000));
}

const program = withLoadOptions(new Command('bench'))
  .description(DESCRIPTION)
  .enablePositionalOptions()
  .action(async (options: LoadOptions) => {
    const outcomes = [
      await micro([], options),
      await load(options),
      await waves(['slow-clickhouse'], options),
    ];
    finish(outcomes, options);
  });

withCommonOptions(program.command('micro'))
  .description('single parts, one question each')
  .addArgument(new Argument('[names...]', 'which').choices(MICRO_BENCH_NAMES))
  .action(async (names: string[], options: CommonOptions) => {
    finish([await micro(names, options)], options);
  });

withLoadOptions(program.command('load'))
  .description('redirects on the full path, beside nginx and bare uWebSockets.js')
  .action(async (options: LoadOptions) => {
    finish([await load(options)], options);
  });

withCommonOptions(program.command('waves'))
  .description('trickle, burst, one hot organisation, slow ClickHouse')
  .addArgument(new Argument('[names...]', 'which').choices(WAVE_NAMES))
  .action(async (names: string[], options: CommonOptions) => {
    finish([await waves(names, options)], options);
  });

withCommonOptions(program.command('crash'))
  .description('kills processes and threads under load and compares what was acknowledged')
  .addOption(numberOption('--rounds <number>', 'how often something is killed', 20))
  .addOption(numberOption('--clicks <number>', 'clicks per second', 500))
  .addOption(numberOption('--postbacks <number>', 'postbacks per second', 50))
  .addOption(numberOption('--seed <number>', 'of the order in which things are killed', 1))
  .action(async (options: CrashOptions) => {
    const { clicks, postbacks, seed } = options;
    const rounds = options.smoke === true ? 1 : options.rounds;
    const load = { clicksPerSecond: clicks, postbacksPerSecond: postbacks };
    finish([await measureCrashes({ rounds, ...load, seed, report: say })], options);
  });

withCommonOptions(program.command('outage'))
  .description('stops a store under load, and compares what was acknowledged')
  .addArgument(new Argument('<store>', 'which').choices(['clickhouse', 'postgres']))
  .addOption(numberOption('--seconds <number>', 'how long it is away', 300))
  .addOption(numberOption('--clicks <number>', 'clicks per second', 1_000))
  .addOption(numberOption('--postbacks <number>', 'postbacks per second', 50))
  .option('--restart-engine', 'kill the engine in the middle of the outage')
  .action(async (store: StoreName, options: OutageCommandOptions) => {
    const seconds = options.smoke === true ? 3 : options.seconds;
    const outcome = await measureOutage({
      store,
      beforeSeconds: Math.min(30, seconds),
      outageSeconds: seconds,
      restartEngine: options.restartEngine === true,
      clicksPerSecond: options.clicks,
      postbacksPerSecond: options.postbacks,
      report: say,
    });
    finish([outcome], options);
  });

withCommonOptions(program.command('hostile'))
  .description('sends malformed and hostile requests and checks every answer')
  .addOption(numberOption('--requests <number>', 'how many', 100_000))
  .addOption(numberOption('--seed <number>', 'of the requests', 1))
  .action(async (options: CommonOptions & { requests: number; seed: number }) => {
    const requests = options.smoke === true ? 500 : options.requests;
    finish([await measureHostile({ requests, seed: options.seed, report: say })], options);
  });

withCommonOptions(program.command('disk-full'))
  .description('fills the disk of the event log, a small tmpfs; needs root')
  .action(async (options: CommonOptions) => {
    finish([await measureDiskFull({ report: say })], options);
  });

withCommonOptions(program.command('analytics'))
  .description('reports and attribution over demo data, four clients at once')
  .addOption(numberOption('--events <number>', 'clicks and visits of the history', 20_000_000))
  .action(async (options: CommonOptions & { events: number }) => {
    const events = options.smoke === true ? 50_000 : options.events;
    finish([await measureAnalytics({ events, report: say })], options);
  });

withCommonOptions(program.command('discovery'))
  .description('precision and recall of pattern discovery on planted groups, and in pure noise')
  .addOption(numberOption('--events <number>', 'events of the noise', 2_000_000))
  .addOption(numberOption('--group-events <number>', 'events of the smallest group', 200))
  .addOption(numberOption('--noise-events <number>', 'events of each set of pure noise', 200_000))
  .addOption(numberOption('--seed <number>', 'of the planted groups', 1))
  .action(async (options: CommonOptions & DiscoverySizes) => {
    const sizes =
      options.smoke === true
        ? { events: 50_000, groupEvents: 150, noiseEvents: 30_000, seed: 1 }
        : options;
    finish([await measureDiscovery({ ...sizes, report: say })], options);
  });

withCommonOptions(program.command('fraud'))
  .description(
    'labelled traffic, throughput on and off, a million addresses, Redis coming and going',
  )
  .addArgument(new Argument('[names...]', 'which').choices(FRAUD_BENCH_NAMES))
  .addOption(numberOption('--rounds <number>', 'turns with fraud detection off and on', 6))
  .addOption(numberOption('--seconds <number>', 'length of a turn, and of a phase of Redis', 10))
  .addOption(numberOption('--addresses <number>', 'addresses of one organisation', 1_000_000))
  .addOption(numberOption('--clicks <number>', 'clicks per second while Redis is away', 1_000))
  .addOption(numberOption('--seed <number>', 'of the labelled traffic', 1))
  .action(async (names: string[], options: CommonOptions & FraudCommandOptions) => {
    const { clicks, ...sizes } = options;
    const outcome = await runFraudBenches(names, {
      ...(options.smoke === true ? SMOKE_FRAUD : { ...sizes, clicksPerSecond: clicks }),
      report: say,
    });
    finish([outcome], options);
  });

await program.parseAsync();
