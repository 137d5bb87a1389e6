import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('..', import.meta.url));
export const distFolder = join(projectRoot, 'dist');

/** The folders and files that are compiled, as tsconfig.json lists them. */
function sourceRoots() {
  const { include } = JSON.parse(fs.readFileSync(join(projectRoot, 'tsconfig.json'), 'utf8'));
  return include.map((name) => join(projectRoot, name)).filter((path) => fs.existsSync(path));
}

/** @returns {string[]} every file below the folder, sorted, as paths from the project's root */
export function filesBelow(path) {
  if (!fs.statSync(path).isDirectory()) {
    return [relative(projectRoot, path)];
  }
  const entries = fs.readdirSync(path, { withFileTypes: true });
  return entries
    .flatMap((entry) => {
      const entryPath = join(path, entry.name);
      return entry.isDirectory() ? filesBelow(entryPath) : [relative(projectRoot, entryPath)];
    })
    .sort();
}

/** Everything that the build reads or copies. */
export function sourceFiles() {
  return sourceRoots().flatMap(filesBelow);
}

/** The console is built by vite into a folder of its own. */
const CONSOLE = join('admin', 'console', '');
export const consoleFolder = join(distFolder, 'console');

/** The files that tsc compiles. */
export function compiledFiles() {
  return sourceFiles().filter(
    (path) => path.endsWith('.ts') && !path.endsWith('.d.ts') && !path.startsWith(CONSOLE),
  );
}

/** The files that are not compiled but wanted beside the compiled ones: SQL, lists. */
export function assetFiles() {
  return sourceFiles().filter((path) => !/\.(ts|md)$/.test(path) && !path.startsWith(CONSOLE));
}

/** A hash over names and contents; equal exactly when nothing has changed. */
export function hashOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    hash
      .update(`${path}\0`)
      .update(fs.readFileSync(join(projectRoot, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** @returns {string} the file's text, empty when there is no such file */
export function textOf(path) {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') {
      return '';
    }
    throw error;
  }
}
