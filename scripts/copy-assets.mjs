// The last step of a build: copies what tsc does not, removes what has no source any more, and
// records of which sources dist/ is the build.
import './check-node.mjs';
import fs from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { recordBuild } from './build-state.mjs';
import { assetFiles, distFolder, filesBelow, projectRoot, sourceFiles } from './project-files.mjs';

const assets = assetFiles();
for (const path of assets) {
  const target = join(distFolder, path);
  fs.mkdirSync(dirname(target), { recursive: true });
  fs.copyFileSync(join(projectRoot, path), target);
}

const wanted = new Set(assets);
for (const path of sourceFiles()) {
  const stem = path.replace(/\.tsx?$/, '');
  wanted.add(`${stem}.js`).add(`${stem}.js.map`);
}
for (const path of filesBelow(distFolder)) {
  const fromDist = relative('dist', path);
  // Files that begin with a dot are the build's own records.
  if (!wanted.has(fromDist) && !fromDist.startsWith('.')) {
    fs.rmSync(join(projectRoot, path));
  }
}

recordBuild();
