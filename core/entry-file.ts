import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TrellisError } from './errors.ts';

const here = dirname(fileURLToPath(import.meta.url));

/** The checkout's folder, whether this code runs from source (tests) or from dist/. */
export const projectRoot = here.endsWith(join('dist', 'core'))
  ? join(here, '../..')
  : join(here, '..');

/**
 * The compiled file that a new thread or process starts with. Threads cannot load TypeScript, so
 * tests that start one use the build as well.
 *
 * @param path from the project's root, without extension: `actors/worker/main`
 * @throws TrellisError `not_built` when the build is missing
 */
export function entryFile(path: string): string {
  const file = join(projectRoot, 'dist', `${path}.js`);
  if (!existsSync(file)) {
    throw new TrellisError('not_built', `${file} does not exist; run 'npm run build' first`);
  }
  return file;
}
