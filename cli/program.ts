import { Command, CommanderError } from 'commander';
import { productVersion } from '../core/product-version.ts';
import type { CliContext } from './context.ts';
import { EXIT, explainFailure, ReportedFailure } from './failures.ts';

type CommandModule = { addCommand(program: Command, context: CliContext): void };

/** In the order of the help. */
const COMMANDS: Readonly<Record<string, () => Promise<CommandModule>>> = {
  start: () => import('./commands/start.ts'),
  engine: () => import('./commands/engine.ts'),
  admin: () => import('./commands/admin.ts'),
  migrate: () => import('./commands/migrate.ts'),
  org: () => import('./commands/org.ts'),
  keys: () => import('./commands/keys.ts'),
  'dead-letters': () => import('./commands/dead-letters.ts'),
  'demo-data': () => import('./commands/demo-data.ts'),
  status: () => import('./commands/status.ts'),
};

const AFTER_HELP = `
Settings are environment variables: TRELLIS_DATA_DIR, TRELLIS_HOST, TRELLIS_ENGINE_PORT,
TRELLIS_ADMIN_PORT, TRELLIS_LOG_LEVEL, DATABASE_URL, CLICKHOUSE_URL and others.

Exit codes: 0 done, 1 failed, 2 called wrongly or with faulty settings.

Examples:
  $ trellis start
  $ trellis keys create --organization org_acmecorp --scopes traffic:write --name shop
  $ trellis status`;

/**
 * Runs the command that the arguments name.
 *
 * @returns the exit code; failures have been explained on stderr
 */
export async function runTrellis(context: CliContext): Promise<number> {
  try {
    const program = await createProgram(context);
    await program.parseAsync(context.args, { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CommanderError) {
      return exitCodeOf(error);
    }
    if (error instanceof ReportedFailure) {
      return EXIT.failure;
    }
    const failure = explainFailure(error, context.env);
    context.stderr.write(`${failure.text}\n`);
    return failure.isUsage ? EXIT.usage : EXIT.failure;
  }
}

async function createProgram(context: CliContext): Promise<Command> {
  const program = new Command('trellis')
    .description('Redirects ad clicks, records each one without loss, joins conversions to them.')
    .version(productVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .showHelpAfterError('(add --help for an explanation)')
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    })
    .exitOverride()
    .addHelpText('after', AFTER_HELP);
  for (const load of commandsToLoad(context.args[0])) {
    (await load()).addCommand(program, context);
  }
  return program;
}

/**
 * Only the command that is named: an engine that has died is back sooner without the code of the
 * others. All of them where the help lists them or suggests one.
 */
function commandsToLoad(name: string | undefined): (() => Promise<CommandModule>)[] {
  const isKnown = name !== undefined && Object.hasOwn(COMMANDS, name);
  const named = isKnown ? COMMANDS[name] : undefined;
  return named === undefined ? Object.values(COMMANDS) : [named];
}

/** Help that was asked for is a success; help instead of a missing command is not. */
function exitCodeOf(error: CommanderError): number {
  return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
}
