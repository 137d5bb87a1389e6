import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { distFolder } from './project-files.mjs';

/**
 * Turns this very process into the built program, so that signals reach it and its exit code is
 * ours.
 *
 * @param {string} path below dist/, `cli/trellis.js`
 * @param {string[]} args
 */
export async function runBuilt(path, args) {
  const file = join(distFolder, path);
  if (!existsSync(file)) {
    process.stderr.write(
      `${file} is missing although the build succeeded. Is the checkout complete?\n`,
    );
    process.exit(1);
  }
  process.argv = [process.execPath, file, ...args];
  await import(pathToFileURL(file).href);
}
