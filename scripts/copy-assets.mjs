// The last step of a build: copies what tsc does not, makes the file of data centres, removes what has
// no source any more, and records of which sources dist/ is the build.
import './check-node.mjs';
import fs from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { recordBuild } from './build-state.mjs';
import { DataCentreFileError, dataCentreFile, makeDataCentreFile } from './data-centre-file.mjs';
import {
  assetFiles,
  compiledFiles,
  distFolder,
  filesBelow,
  projectRoot,
} from './project-files.mjs';

const assets = assetFiles();
for (const path of assets) {
  const target = join(distFolder, path);
  fs.mkdirSync(dirname(target), { recursive: true });
  fs.copyFileSync(join(projectRoot, path), target);
}

try {
  makeDataCentreFile();
} catch (error) {
  if (!(error instanceof DataCentreFileError)) {
    throw error;
  }
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

const wanted = new Set([...assets, dataCentreFile]);
for (const path of compiledFiles()) {
  const stem = path.replace(/\.ts$/, '');
  wanted.add(`${stem}.js`).add(`${stem}.js.map`);
}
for (const path of filesBelow(distFolder)) {
  const fromDist = relative('dist', path);
  const isConsole = fromDist.startsWith(`console${sep}`);
  // Files that begin with a dot are the build's own records.
  if (!wanted.has(fromDist) && !fromDist.startsWith('.') && !isConsole) {
    fs.rmSync(join(projectRoot, path));
  }
}

recordBuild();
