// Fails on source files that have grown beyond what a reader takes in. Functions: see biome.json.
import './check-node.mjs';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './project-files.mjs';

const LINES_MAX = 400;

// Also files that are not committed yet; not those that git ignores.
const listing = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
const patterns = ['*.ts', '*.tsx', '*.mjs'];
const paths = execFileSync('git', [...listing, '--', ...patterns], {
  cwd: projectRoot,
  encoding: 'utf8',
})
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(projectRoot, path)))
  // Those are made by a program.
  .filter((path) => !path.includes('.gen.'));

const tooLong = paths
  .map((path) => ({ path, lines: lineCount(readFileSync(join(projectRoot, path), 'utf8')) }))
  .filter(({ lines }) => lines > LINES_MAX);

for (const { path, lines } of tooLong) {
  process.stderr.write(`${path}: ${lines} lines, at most ${LINES_MAX} are allowed\n`);
}
process.exitCode = tooLong.length > 0 ? 1 : 0;

function lineCount(text) {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}
