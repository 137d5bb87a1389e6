import type { Command } from 'commander';
import { type Clock, systemClock } from '../../core/clock.ts';
import type { Scope } from '../../core/configuration.ts';
import { TrellisError } from '../../core/errors.ts';
import {
  type ApiKey,
  createApiKey,
  listApiKeys,
  revokeApiKey,
} from '../../stores/postgres/configuration/keys.ts';
import { expiryArgument, scopesArgument } from '../arguments.ts';
import { type CliContext, say, sayJson, withPostgres } from '../context.ts';
import { table } from '../table.ts';

const CREATE_HELP = `
The key is printed once and cannot be shown again.

Examples:
  $ trellis keys create --organization org_acmecorp --scopes traffic:write,postbacks:write --name shop
  $ trellis keys create --organization org_acmecorp --scopes analytics:read --name report --expires 90d
  $ KEY=$(trellis keys create --organization org_acmecorp --scopes admin --name ops --quiet)`;

const LIST_HELP = `
Examples:
  $ trellis keys list
  $ trellis keys list --organization org_acmecorp --json`;

const REVOKE_HELP = `
Engines refuse the key within a second.

Examples:
  $ trellis keys revoke key_0123456789abcdef`;

type CreateOptions = {
  organization: string;
  scopes: Scope[];
  name: string;
  expires?: Date;
  test?: boolean;
  quiet?: boolean;
  json?: boolean;
};

type ListOptions = { organization?: string; json?: boolean };

/** `trellis keys`: who may send traffic and read reports. */
export function addCommand(program: Command, context: CliContext): void {
  const clock = systemClock;
  const keys = program.command('keys').description('create, list and revoke API keys');
  keys.addHelpText('after', LIST_HELP);
  keys
    .command('create')
    .description('create a key for an organisation and print it')
    .requiredOption('--organization <id>', 'whose key it is')
    .requiredOption('--scopes <scopes>', 'what it may do, with commas between', scopesArgument)
    .requiredOption('--name <name>', 'what it is for')
    .option(
      '--expires <when>',
      '90d, 12h or a date (default: never)',
      expiryArgument(clock.nowMs()),
    )
    .option('--test', 'mark it as a test key: wdn_sk_test_…')
    .option('-q, --quiet', 'print the key and nothing else')
    .option('--json', 'print it as JSON')
    .addHelpText('after', CREATE_HELP)
    .action((options: CreateOptions) => create(context, options));
  keys
    .command('list')
    .description('list keys, revoked and expired ones included')
    .option('--organization <id>', 'only its keys')
    .option('--json', 'print them as JSON')
    .addHelpText('after', LIST_HELP)
    .action((options: ListOptions) => list(context, options, clock));
  keys
    .command('revoke')
    .description('end a key at once')
    .argument('<key_id>', 'as listed: key_…')
    .addHelpText('after', REVOKE_HELP)
    .action((keyId: string) => revoke(context, keyId));
}

async function create(context: CliContext, options: CreateOptions): Promise<void> {
  const made = await withPostgres(context, (pool) =>
    createApiKey(pool, {
      organization_id: options.organization,
      name: options.name,
      scopes: options.scopes,
      expires_at: options.expires ?? null,
      environment: options.test === true ? 'test' : 'live',
    }),
  );
  if (options.json === true) {
    sayJson(context, made);
  } else if (options.quiet === true) {
    say(context, made.key);
  } else {
    say(context, made.key);
    context.stderr.write(
      `Created ${made.key_id} for ${made.organization_id}. The key is not stored and cannot be shown again.\n`,
    );
  }
}

async function list(context: CliContext, options: ListOptions, clock: Clock): Promise<void> {
  const { organization } = options;
  const keys = await withPostgres(context, (pool) =>
    listApiKeys(pool, organization === undefined ? {} : { organization_id: organization }),
  );
  if (options.json === true) {
    sayJson(context, keys);
    return;
  }
  const rows = keys.map((key) => [
    key.key_id,
    key.organization_id,
    key.name,
    `${key.key_prefix}…`,
    key.scopes.join(','),
    stateOf(key, clock.nowMs()),
  ]);
  for (const line of table(['key_id', 'organization', 'name', 'key', 'scopes', 'state'], rows)) {
    say(context, line);
  }
}

function stateOf(key: ApiKey, nowMs: number): string {
  if (key.revoked_at !== null) {
    return `revoked ${key.revoked_at.toISOString()}`;
  }
  if (key.expires_at === null) {
    return 'valid';
  }
  const verb = key.expires_at.getTime() <= nowMs ? 'expired' : 'valid until';
  return `${verb} ${key.expires_at.toISOString()}`;
}

async function revoke(context: CliContext, keyId: string): Promise<void> {
  const revoked = await withPostgres(context, (pool) => revokeApiKey(pool, keyId));
  if (revoked === undefined) {
    throw new TrellisError('key_unknown', `There is no key ${keyId}: see 'trellis keys list'`);
  }
  say(context, `Revoked ${revoked.key_id} (${revoked.name}) of ${revoked.organization_id}`);
}
