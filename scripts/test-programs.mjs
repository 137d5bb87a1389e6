import fs from 'node:fs';
import { delimiter, join } from 'node:path';
import { runProgram } from './run-program.mjs';

/**
 * The programs that tests use and npm cannot install. `mark`: in the names of the test files that need
 * it, as in `x.redis.test.ts` and `x.redis.e2e.test.ts`; where there are none, it is not installed.
 */
const PROGRAMS = [
  { mark: '.redis.', commands: ['redis-server'], debianPackage: 'redis-server' },
  {
    mark: '.browser.',
    commands: ['chromium', 'chromium-browser', 'google-chrome'],
    debianPackage: 'chromium',
  },
  { mark: '.prometheus.', commands: ['prometheus'], debianPackage: 'prometheus' },
];

/**
 * Installs what the test files need, on Debian as root.
 *
 * @param {string[]} testFiles paths of all test files
 * @returns {Promise<{ mark: string, debianPackage: string, files: string[] }[]>} what is still
 *   missing, with the test files that cannot run
 */
export async function installTestPrograms(testFiles) {
  const needed = PROGRAMS.map((program) => ({
    ...program,
    files: testFiles.filter((file) => file.includes(program.mark)),
  })).filter(({ files, commands }) => files.length > 0 && !commands.some(isInPath));
  if (needed.length > 0 && process.getuid?.() === 0 && isInPath('apt-get')) {
    await installDebianPackages(needed.map(({ debianPackage }) => debianPackage));
  }
  return needed.filter(({ commands }) => !commands.some(isInPath));
}

async function installDebianPackages(names) {
  process.stderr.write(`Installing through apt: ${names.join(', ')} …\n`);
  const options = {
    isQuiet: true,
    // RUNLEVEL: a package that is a service is installed, but not started.
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
  };
  await runProgram('apt-get', ['update', '-q'], options);
  // One at a time: what one cannot get must not keep the others away.
  for (const name of names) {
    const args = ['install', '-y', '-q', '--no-install-recommends', name];
    const { exitCode, output } = await runProgram('apt-get', args, options);
    if (exitCode !== 0) {
      const lastLine = output.trimEnd().split('\n').at(-1);
      process.stderr.write(`apt could not install ${name}: ${lastLine}\n`);
    }
  }
}

function isInPath(command) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .some((folder) => folder !== '' && fs.existsSync(join(folder, command)));
}
