#!/usr/bin/env node
// npx trellis …: the command line. Builds only when there is no build yet, so that a command never
// changes the files of a Trellis that is running.
import './check-node.mjs';

const { existsSync } = await import('node:fs');
const { join } = await import('node:path');
const { distFolder } = await import('./project-files.mjs');
const { prepare } = await import('./prepare.mjs');
const { runBuilt } = await import('./run-built.mjs');

if (!existsSync(join(distFolder, '.trellis-build'))) {
  await prepare();
}
await runBuilt('cli/trellis.js', process.argv.slice(2));
