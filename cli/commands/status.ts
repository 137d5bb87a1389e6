import type { Command } from 'commander';
import { clickHouseCheck, postgresCheck } from '../../admin/checks.ts';
import { addressesOf, withoutPassword } from '../addresses.ts';
import { type CliContext, configOf, say, sayJson, withPostgres } from '../context.ts';
import { ReportedFailure } from '../failures.ts';
import { probe } from '../probe.ts';
import { readRunning } from '../start/run-state.ts';
import { table } from '../table.ts';

const AFTER_HELP = `
Asks the parts at the addresses of the settings. Exits with 1 when one of them is down or not ready.

Examples:
  $ trellis status
  $ trellis status --json`;

type PartStatus = {
  part: 'engine' | 'admin' | 'clickhouse' | 'postgres';
  state: 'ok' | 'not ready' | 'down';
  /** Of a process that 'trellis start' on this data folder runs. */
  pid: number | null;
  address: string;
  /** Why it is not ok. */
  detail: string;
};

/** `trellis status`: what runs, and whether it does its work. */
export function addCommand(program: Command, context: CliContext): void {
  program
    .command('status')
    .description('ask engine, admin service and stores how they are')
    .option('--json', 'print it as JSON')
    .addHelpText('after', AFTER_HELP)
    .action((options: { json?: boolean }) => status(context, options.json === true));
}

async function status(context: CliContext, isJson: boolean): Promise<void> {
  const parts = await askParts(context);
  if (isJson) {
    sayJson(context, parts);
  } else {
    const rows = parts.map(({ part, state, pid, address, detail }) => {
      return [part, state, pid === null ? '-' : String(pid), address, detail];
    });
    for (const line of table(['part', 'state', 'pid', 'address', 'reason'], rows)) {
      say(context, line);
    }
  }
  if (parts.some(({ state }) => state !== 'ok')) {
    throw new ReportedFailure('a part is down or not ready');
  }
}

async function askParts(context: CliContext): Promise<PartStatus[]> {
  const config = configOf(context);
  const addresses = addressesOf(config);
  const running = await readRunning(config.TRELLIS_DATA_DIR);
  const store = async (part: 'clickhouse' | 'postgres', answer: Promise<string>) => {
    const detail = await answer;
    const state = detail === 'ok' ? 'ok' : 'down';
    return {
      ...{ part, state, pid: running[part]?.pid ?? null },
      ...{ address: withoutPassword(addresses[part]), detail: state === 'ok' ? '' : detail },
    } satisfies PartStatus;
  };
  const service = async (part: 'engine' | 'admin') => {
    const address = addresses[part];
    const alive = await probe(`${address}/health`);
    const ready = alive.isOk ? await probe(`${address}/ready`) : alive;
    const unready = alive.isOk ? 'not ready' : 'down';
    return {
      ...{ part, state: ready.isOk ? 'ok' : unready, pid: running[part]?.pid ?? null },
      ...{ address, detail: ready.isOk ? '' : ready.detail },
    } satisfies PartStatus;
  };
  return Promise.all([
    service('engine'),
    service('admin'),
    store('clickhouse', clickHouseCheck(addresses.clickhouse)()),
    store(
      'postgres',
      withPostgres(context, (pool) => postgresCheck(pool)()),
    ),
  ]);
}
