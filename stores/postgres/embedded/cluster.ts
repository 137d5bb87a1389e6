import { spawn } from 'node:child_process';
import {
  chown,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TrellisError } from '../../../core/errors.ts';
import type { ServerAccount } from './account.ts';
import { isCode, POSTGRES_MAJOR_VERSION, type PostgresBinaries } from './binaries.ts';

/**
 * Only Trellis's own role may log in, and only from this machine. Whoever can reach loopback reads
 * Trellis's data, but cannot become superuser and run programs.
 */
const HOST_BASED_ACCESS = `# Written by Trellis.
# type  database  user     address       method
host    all       trellis  127.0.0.1/32  trust
`;

const BOOTSTRAP_SQL = `CREATE ROLE trellis LOGIN CREATEDB;
CREATE DATABASE trellis OWNER trellis;
`;

/**
 * Whether the folder holds a cluster already.
 *
 * @returns false when it is missing or empty
 * @throws TrellisError `postgres_data_dir` when it holds something else or another major version
 */
export async function isCluster(dataDir: string): Promise<boolean> {
  const entries = await readdir(dataDir).catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) {
      return [] as string[];
    }
    if (isCode(error, 'EACCES')) {
      throw new TrellisError(
        'postgres_data_dir',
        `${dataDir} belongs to another user. Start Trellis as the user who started it before, or set TRELLIS_DATA_DIR to another folder.`,
        { cause: error },
      );
    }
    throw error;
  });
  if (entries.length === 0) {
    return false;
  }
  if (!entries.includes('PG_VERSION')) {
    throw new TrellisError(
      'postgres_data_dir',
      `${dataDir} is not empty, but not a PostgreSQL data folder either. Move its files away, or set TRELLIS_DATA_DIR to another folder.`,
    );
  }
  const version = (await readFile(join(dataDir, 'PG_VERSION'), 'utf8')).trim();
  if (version !== POSTGRES_MAJOR_VERSION) {
    throw new TrellisError(
      'postgres_data_dir',
      `${dataDir} was written by PostgreSQL ${version}, and this Trellis brings version ${POSTGRES_MAJOR_VERSION}. Migrate it with pg_upgrade, or set DATABASE_URL.`,
    );
  }
  return true;
}

/** An empty folder beside the data folder, in which a new cluster is prepared. */
export async function createStagingFolder(
  dataDir: string,
  owner: { uid: number; gid: number } | undefined,
): Promise<string> {
  const staging = `${dataDir}.new`;
  await mkdir(dirname(dataDir), { recursive: true });
  // What an interrupted first start left behind was never used.
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { mode: 0o700 });
  if (owner !== undefined) {
    await chown(staging, owner.uid, owner.gid);
  }
  return staging;
}

/**
 * Makes a cluster with the role and the database `trellis` and moves it into place as a whole, so
 * that a first start that was interrupted is simply done again.
 *
 * @param staging from `createStagingFolder`
 */
export async function createCluster(
  account: ServerAccount,
  binaries: PostgresBinaries,
  staging: string,
  dataDir: string,
): Promise<void> {
  await runToEnd(account, binaries.initdb, [
    ...['--pgdata', staging, '--username', 'postgres', '--auth', 'reject'],
    ...['--encoding', 'UTF8', '--locale', 'C'],
    // PostgreSQL's own locale: the same order of text on every machine, and none to be installed.
    ...['--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
  ]);
  // Overwriting keeps the file's owner and mode, which a new file would not have.
  await writeFile(join(staging, 'pg_hba.conf'), HOST_BASED_ACCESS, { flush: true });
  await runToEnd(
    account,
    binaries.postgres,
    ['--single', '-D', staging, 'postgres'],
    BOOTSTRAP_SQL,
  );
  await moveIntoPlace(staging, dataDir);
}

async function moveIntoPlace(staging: string, dataDir: string): Promise<void> {
  await rmdir(dataDir).catch((error: unknown) => {
    if (!isCode(error, 'ENOENT')) {
      throw error;
    }
  });
  await rename(staging, dataDir);
  const parent = await open(dirname(dataDir), 'r');
  try {
    // Without this a power cut could undo the rename after the first commits were acknowledged.
    await parent.sync();
  } finally {
    await parent.close();
  }
}

/** Runs a program under the server's account; its output matters only when it fails. */
async function runToEnd(
  account: ServerAccount,
  program: string,
  args: string[],
  input = '',
): Promise<void> {
  const form = account.form(program, args);
  const child = spawn(form.command, form.args, { ...form.options, stdio: 'pipe' });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-4_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  // A program that dies early reports so by its exit code; the pipe's error adds nothing.
  child.stdin.on('error', (error) => keep(Buffer.from(`${error.message}\n`)));
  child.stdin.end(input);
  const exitCode = await new Promise<number | null>((resolveExit, reject) => {
    child.once('error', reject);
    child.once('close', resolveExit);
  });
  // A single-user server exits with 0 even when a statement failed.
  if (exitCode !== 0 || /^\S.*(ERROR|FATAL|PANIC): /m.test(output)) {
    throw new TrellisError(
      'postgres_initdb_failed',
      `PostgreSQL's data folder could not be created (${program} ended with ${exitCode}):\n${output.trim()}`,
    );
  }
}
