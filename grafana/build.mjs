// Writes grafana/dashboards/*.json from grafana/source. `--check`: writes nothing, and fails when a file is
// not what the source says.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { business } from './source/business.mjs';
import { fraud } from './source/fraud.mjs';
import { pipeline } from './source/pipeline.mjs';
import { stores } from './source/stores.mjs';
import { traffic } from './source/traffic.mjs';

const isCheck = process.argv.includes('--check');
const DASHBOARDS = { business, fraud, pipeline, stores, traffic };

for (const [name, dashboard] of Object.entries(DASHBOARDS)) {
  const file = new URL(`dashboards/${name}.json`, import.meta.url);
  // As it comes out of the file: without what JSON does not have.
  const content = JSON.parse(JSON.stringify(dashboard));
  if (!isCheck) {
    writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
  } else if (!isDeepStrictEqual(JSON.parse(readFileSync(file, 'utf8')), content)) {
    process.stderr.write(`grafana/dashboards/${name}.json is old: run node grafana/build.mjs\n`);
    process.exitCode = 1;
  }
}

if (!isCheck) {
  // The files are formatted as all others are.
  const biome = fileURLToPath(new URL('../node_modules/@biomejs/biome/bin/biome', import.meta.url));
  const folder = fileURLToPath(new URL('dashboards', import.meta.url));
  execFileSync(process.execPath, [biome, 'format', '--write', folder], { stdio: 'inherit' });
}
