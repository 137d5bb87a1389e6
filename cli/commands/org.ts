import type { Command } from 'commander';
import { withTransaction } from '../../stores/postgres/client.ts';
import { addDomain } from '../../stores/postgres/configuration/domains.ts';
import {
  createOrganization,
  listOrganizations,
  type NewOrganization,
} from '../../stores/postgres/configuration/organizations.ts';
import { collectArgument, currencyArgument, httpUrlArgument } from '../arguments.ts';
import { type CliContext, say, sayJson, withPostgres } from '../context.ts';
import { table } from '../table.ts';

const AFTER_HELP = `
Examples:
  $ trellis org create --name 'Acme Corp' --domain track.acme.example
  $ trellis org create --name Acme --id org_acme --currency EUR --fallback-url https://acme.example/
  $ trellis org list --json`;

type CreateOptions = {
  name: string;
  id?: string;
  currency?: string;
  fallbackUrl?: string;
  cookies: boolean;
  domain?: string[];
  json?: boolean;
};

/** `trellis org`: the customers. */
export function addCommand(program: Command, context: CliContext): void {
  const org = program.command('org').description('create and list organisations');
  org.addHelpText('after', AFTER_HELP);
  org
    .command('create')
    .description('create an organisation, with the domains of its links')
    .requiredOption('--name <name>', 'shown in reports')
    .option('--id <id>', 'org_ and a-z, 0-9, _ or - (default: made from the name)')
    .option('--domain <hostname>', 'host name of its links; may be repeated', collectArgument)
    .option('--currency <code>', 'of postbacks that name none (default: USD)', currencyArgument)
    .option('--fallback-url <url>', 'where clicks without campaign go', httpUrlArgument)
    .option('--no-cookies', 'never set the visitor cookie')
    .option('--json', 'print it as JSON')
    .addHelpText('after', AFTER_HELP)
    .action((options: CreateOptions) => create(context, options));
  org
    .command('list')
    .description('list the organisations')
    .option('--json', 'print them as JSON')
    .addHelpText('after', AFTER_HELP)
    .action((options: { json?: boolean }) => list(context, options));
}

async function create(context: CliContext, options: CreateOptions): Promise<void> {
  const wanted: NewOrganization = {
    name: options.name,
    cookies: options.cookies,
    ...(options.id === undefined ? {} : { organization_id: options.id }),
    ...(options.currency === undefined ? {} : { currency: options.currency }),
    ...(options.fallbackUrl === undefined ? {} : { fallback_url: options.fallbackUrl }),
  };
  const made = await withPostgres(context, (pool) =>
    withTransaction(pool, async (client) => {
      const organization = await createOrganization(client, wanted);
      for (const hostname of options.domain ?? []) {
        await addDomain(client, organization.organization_id, hostname);
      }
      return organization;
    }),
  );
  if (options.json === true) {
    sayJson(context, { ...made, domains: options.domain ?? [] });
  } else {
    say(context, `Created ${made.organization_id}`);
  }
}

async function list(context: CliContext, options: { json?: boolean }): Promise<void> {
  const organizations = await withPostgres(context, (pool) => listOrganizations(pool));
  if (options.json === true) {
    sayJson(context, organizations);
    return;
  }
  const rows = organizations.map((row) => [
    row.organization_id,
    row.name,
    row.currency,
    row.cookies ? 'yes' : 'no',
    row.fallback_url ?? '-',
  ]);
  for (const line of table(['organization', 'name', 'currency', 'cookies', 'fallback'], rows)) {
    say(context, line);
  }
}
