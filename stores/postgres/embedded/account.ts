import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { messageOf, TrellisError } from '../../../core/errors.ts';

const run = promisify(execFile);

/** A program as it has to be spawned so that it runs under the server's account. */
interface SpawnForm {
  command: string;
  args: string[];
  options: { uid?: number; gid?: number; cwd: string; env: Record<string, string> };
}

/** Who the server runs as. PostgreSQL refuses root, so root needs another account for it. */
export interface ServerAccount {
  /** `undefined`: the account of this process. */
  owner: { uid: number; gid: number } | undefined;
  form(command: string, args: string[]): SpawnForm;
}

/** Nothing of our environment: PGDATA, PGPORT and their like would change what the server does. */
const ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
};

/**
 * One capability is enough to pass closed folders; containers often have only the second, so both
 * are tried, the one that allows less first.
 */
const PASSING_CAPABILITIES = ['dac_read_search', 'dac_override'];

/**
 * The account that owns the server's files: the owner of a folder that exists already, else
 * `postgres`, else `trellis` (created when possible), else `nobody`; oneself unless root.
 *
 * @returns undefined when the server runs as the account of this process
 */
export async function chooseOwner(
  dataDir: string,
): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  const existing = await stat(dataDir).catch(() => undefined);
  if (existing !== undefined && existing.uid !== 0) {
    return { uid: existing.uid, gid: existing.gid };
  }
  return (
    (await systemAccount('postgres')) ??
    (await systemAccount('trellis')) ??
    (await createdAccount('trellis')) ??
    (await requiredAccount('nobody'))
  );
}

/**
 * Finds out how the owner can run the binaries and reach its data folder: directly, or, below
 * folders that are closed to it, with one capability that lets it pass them.
 *
 * @param binary the server's program
 * @param folder the data folder, which exists and belongs to the owner
 * @throws TrellisError `postgres_unreachable_folder`, saying which folders are closed
 */
export async function openAccount(
  owner: { uid: number; gid: number } | undefined,
  binary: string,
  folder: string,
): Promise<ServerAccount> {
  const forms: ServerAccount['form'][] =
    owner === undefined
      ? [plainForm]
      : [directForm(owner), ...PASSING_CAPABILITIES.map((name) => capableForm(owner, name))];
  let reason = '';
  for (const form of forms) {
    const probe = form('/bin/sh', ['-c', '"$1" --version && cd "$2"', 'sh', binary, folder]);
    try {
      await run(probe.command, probe.args, probe.options);
      return { owner, form };
    } catch (error) {
      reason = messageOf(error);
    }
  }
  throw await closedFolders(owner, [binary, folder], reason);
}

function plainForm(command: string, args: string[]): SpawnForm {
  return { command, args, options: { cwd: '/', env: ENVIRONMENT } };
}

function directForm(owner: { uid: number; gid: number }): ServerAccount['form'] {
  return (command, args) => ({ command, args, options: { ...owner, cwd: '/', env: ENVIRONMENT } });
}

function capableForm(
  owner: { uid: number; gid: number },
  capability: string,
): ServerAccount['form'] {
  const only = `-all,+${capability}`;
  const wrapper = [
    // initdb asks access(2) about its binaries, which ignores capabilities without this bit.
    ...['--securebits', '+no_setuid_fixup'],
    ...['--reuid', String(owner.uid), '--regid', String(owner.gid), '--clear-groups'],
    ...['--bounding-set', only, '--inh-caps', only, '--ambient-caps', only, '--no-new-privs'],
  ];
  return (command, args) => plainForm('setpriv', [...wrapper, command, ...args]);
}

async function systemAccount(name: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const options = { env: ENVIRONMENT };
    const uid = Number((await run('id', ['-u', name], options)).stdout);
    const gid = Number((await run('id', ['-g', name], options)).stdout);
    return { uid, gid };
  } catch {
    return undefined;
  }
}

async function createdAccount(name: string): Promise<{ uid: number; gid: number } | undefined> {
  const args = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin'];
  try {
    await run('useradd', [...args, name], { env: ENVIRONMENT });
  } catch {
    return undefined;
  }
  return systemAccount(name);
}

async function requiredAccount(name: string): Promise<{ uid: number; gid: number }> {
  const account = await systemAccount(name);
  if (account === undefined) {
    throw new TrellisError(
      'postgres_no_account',
      'PostgreSQL does not run as root, and there is no system user for it. ' +
        "Create one with 'useradd --system trellis', start Trellis as another user, or set DATABASE_URL.",
    );
  }
  return account;
}

async function closedFolders(
  owner: { uid: number; gid: number } | undefined,
  paths: string[],
  reason: string,
): Promise<TrellisError> {
  const closed = new Set<string>();
  for (const path of paths) {
    for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
      const { mode, uid } = await stat(folder);
      if ((mode & 0o001) === 0 && uid !== (owner?.uid ?? process.getuid?.())) {
        closed.add(folder);
      }
    }
  }
  const advice =
    closed.size > 0
      ? `These folders are closed to it: open them with 'chmod o+x ${[...closed].join(' ')}'`
      : `It cannot run ${paths.join(' in ')}: ${reason}`;
  return new TrellisError(
    'postgres_unreachable_folder',
    `The embedded PostgreSQL runs as user ${owner?.uid ?? process.getuid?.()}. ${advice}, or set DATABASE_URL to a PostgreSQL of your own.`,
  );
}
