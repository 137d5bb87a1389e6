// Installs what is missing and builds what is stale. Everything it says goes to standard error, so
// that the output of the command it prepares stays clean.
import './check-node.mjs';
import fs from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isBuildCurrent, isInstallCurrent, missingOutputs, recordInstall } from './build-state.mjs';
import { distFolder, projectRoot } from './project-files.mjs';
import { underLock } from './run-lock.mjs';
import { runNpm, runProgram } from './run-program.mjs';

const GIB = 1024 ** 3;
/** node_modules takes 1.1 GB, and npm unpacks beside what it replaces. */
const INSTALL_BYTES = 2 * GIB;

/**
 * Not `npm ci`: it insists that package-lock.json lists the binaries of every platform, also those
 * that a registry does not carry. `--no-save` keeps to package-lock.json and never writes to it.
 * The includes: with NODE_ENV=production npm would leave out the compiler, and with omit=optional
 * the embedded PostgreSQL.
 */
const INSTALL_COMMAND = [
  ...['install', '--no-save', '--no-audit', '--no-fund'],
  ...['--include=dev', '--include=optional'],
];

/** A failure that is explained to the user without a stack trace. */
class PrepareError extends Error {}

/**
 * Makes the checkout ready to run. Ends the process with an explanation where that is impossible.
 * Cheap when nothing is to be done; several at once wait for each other.
 */
export async function prepare() {
  try {
    if (isInstallCurrent() && isBuildCurrent()) {
      recordInstall();
      return;
    }
    await underLock(join(distFolder, '.prepare.lock'), say, async () => {
      await installIfStale();
      await buildIfStale();
    });
  } catch (error) {
    const isExplained =
      error instanceof PrepareError || ['EACCES', 'EROFS', 'ENOSPC'].includes(error.code);
    if (!isExplained) {
      throw error;
    }
    say(error.message);
    process.exit(1);
  }
}

async function installIfStale() {
  if (!isInstallCurrent()) {
    requireDiskSpace();
    say('Installing packages (about a minute the first time) …');
    const { exitCode, output } = await runNpm(INSTALL_COMMAND, { isQuiet: true });
    if (exitCode !== 0) {
      throw new PrepareError(explainNpm(exitCode, output));
    }
  }
  recordInstall();
}

async function buildIfStale() {
  if (isBuildCurrent()) {
    return;
  }
  say('Building …');
  await compile();
  if (missingOutputs().length > 0) {
    // tsc remembers what it has written and does not look whether it is still there.
    fs.rmSync(join(distFolder, '.tsbuildinfo'), { force: true });
    await compile();
  }
  await buildConsole();
  const { exitCode, output } = await runProgram(
    process.execPath,
    [join('scripts', 'copy-assets.mjs')],
    { isQuiet: true },
  );
  if (exitCode !== 0) {
    throw new PrepareError(`The build failed while copying files to dist/:\n${output}`);
  }
}

async function compile() {
  const compiler = join('node_modules', 'typescript', 'bin', 'tsc');
  const args = [compiler, '-p', 'tsconfig.json'];
  const { exitCode, output } = await runProgram(process.execPath, args, { isQuiet: true });
  if (exitCode !== 0) {
    throw new PrepareError(`The build failed. The compiler says:\n${output.trimEnd()}`);
  }
}

async function buildConsole() {
  const vite = join('node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', '--config', join('admin', 'console', 'vite.config.ts')];
  const { exitCode, output } = await runProgram(process.execPath, [...args, '--logLevel', 'warn'], {
    isQuiet: true,
  });
  if (exitCode !== 0) {
    throw new PrepareError(`The build of the console failed. vite says:\n${output.trimEnd()}`);
  }
}

function requireDiskSpace() {
  const { bavail, bsize } = fs.statfsSync(projectRoot);
  const freeBytes = bavail * bsize;
  if (freeBytes < INSTALL_BYTES) {
    throw new PrepareError(
      `Not enough room to install: ${projectRoot} has ${gib(freeBytes)} GB free, and ${gib(INSTALL_BYTES)} GB are needed.`,
    );
  }
}

const gib = (bytes) => (bytes / GIB).toFixed(1);

const NPM_FAULTS = [
  [/ENOSPC/, 'The disk is full.'],
  [
    /EINTEGRITY/,
    'A package is not the one that package-lock.json names. A proxy may have changed it.',
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|ERR_SOCKET/,
    "The package registry cannot be reached. Check the network, and 'npm config get registry' and 'npm config get proxy'.",
  ],
  [/E40[134]/, "The package registry refuses a package. Check 'npm config get registry'."],
  [/EACCES|EPERM/, 'Some files may not be written. Does the checkout belong to another user?'],
];

function explainNpm(exitCode, output) {
  if (exitCode === 127) {
    return 'npm is not in PATH. It comes with Node.js; install it from https://nodejs.org';
  }
  const [, reason] = NPM_FAULTS.find(([pattern]) => pattern.test(output)) ?? [];
  // Its first errors say what is wrong; after them come advice and the name of a log file.
  const errors = output.split('\n').filter((line) => /^npm error ./.test(line));
  const lines = (errors.length > 0 ? errors.slice(0, 12) : [output.trimEnd()]).join('\n');
  return `The packages could not be installed. ${reason ?? ''}\nnpm says:\n${lines}`;
}

function say(message) {
  process.stderr.write(`${message}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await prepare();
}
