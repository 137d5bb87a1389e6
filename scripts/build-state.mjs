import fs from 'node:fs';
import { join } from 'node:path';
import { dataCentreFile } from './data-centre-file.mjs';
import {
  compiledFiles,
  consoleFolder,
  distFolder,
  hashOf,
  projectRoot,
  sourceFiles,
  textOf,
} from './project-files.mjs';

const buildStamp = join(distFolder, '.trellis-build');
const installStamp = join(projectRoot, 'node_modules', '.trellis-install');

/** Dependencies count as sources: their types and their compiler shape the build. */
const sourcesHash = () => hashOf([...sourceFiles(), 'tsconfig.json', 'package-lock.json']);

/** Whether dist/ is the build of the sources as they are now, and nobody took a file out of it. */
export function isBuildCurrent() {
  return (
    textOf(buildStamp) === sourcesHash() &&
    missingOutputs().length === 0 &&
    fs.existsSync(join(distFolder, dataCentreFile)) &&
    fs.existsSync(join(consoleFolder, 'index.html'))
  );
}

export function recordBuild() {
  fs.writeFileSync(buildStamp, sourcesHash());
}

/** The compiled files that should be in dist/ and are not. */
export function missingOutputs() {
  return compiledFiles()
    .map((path) => join(distFolder, path.replace(/\.ts$/, '.js')))
    .filter((path) => !fs.existsSync(path));
}

/** What the installed packages were chosen for: another Node.js may need other binaries. */
function installKey() {
  const { platform, arch, versions } = process;
  const packages = hashOf(['package.json', 'package-lock.json']);
  return `${packages} node-abi-${versions.modules} ${platform}-${arch}`;
}

/**
 * Whether node_modules holds what package-lock.json asks for. An installation that the user made
 * with npm is recognised by npm's own record of it.
 */
export function isInstallCurrent() {
  const stamp = textOf(installStamp);
  if (stamp === installKey()) {
    return true;
  }
  const wasForThisNode = stamp === '' || stamp.split(' ').slice(1).join(' ') === platformPart();
  return wasForThisNode && isInstalledAsLocked();
}

const platformPart = () => installKey().split(' ').slice(1).join(' ');

export function recordInstall() {
  if (textOf(installStamp) !== installKey()) {
    fs.writeFileSync(installStamp, installKey());
  }
}

function isInstalledAsLocked() {
  const record = textOf(join(projectRoot, 'node_modules', '.package-lock.json'));
  if (record === '') {
    return false;
  }
  const installed = JSON.parse(record).packages;
  const locked = JSON.parse(textOf(join(projectRoot, 'package-lock.json'))).packages;
  const direct = JSON.parse(textOf(join(projectRoot, 'package.json')));
  return (
    JSON.stringify(direct.dependencies) === JSON.stringify(locked[''].dependencies) &&
    JSON.stringify(direct.devDependencies) === JSON.stringify(locked[''].devDependencies) &&
    Object.entries(locked).every(
      ([path, wanted]) =>
        path === '' ||
        installed[path]?.integrity === wanted.integrity ||
        (wanted.optional === true && installed[path] === undefined && !isMeantForUs(wanted)),
    )
  );
}

/** Whether an optional package names exactly this platform, as binaries do; then it must be there. */
function isMeantForUs({ os = [], cpu = [], libc }) {
  const isOurPlatform = os.includes(process.platform) && cpu.includes(process.arch);
  return isOurPlatform && (libc === undefined || libc.includes(ourLibc()));
}

function ourLibc() {
  // Without this the report looks up host names.
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl';
}
