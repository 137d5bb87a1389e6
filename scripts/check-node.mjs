// Imported first by every script, before anything that an old Node.js could not even read.
import { readFileSync } from 'node:fs';

const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const fault = describeNodeFault(process.versions.node, engines.node);
if (fault !== undefined) {
  process.stderr.write(fault);
  process.exit(1);
}

/**
 * @param {string} version of the running Node.js, `20.20.2`
 * @param {string} range as in package.json: `>=20.19 <23`
 * @returns {string | undefined} what to tell the user; undefined when the version fits
 */
function describeNodeFault(version, range) {
  const [, leastMajor, leastMinor, tooNew] = /^>=(\d+)\.(\d+) <(\d+)$/.exec(range).map(Number);
  const [major, minor] = version.split('.').map(Number);
  const isOldEnough = major < tooNew;
  const isNewEnough = major > leastMajor || (major === leastMajor && minor >= leastMinor);
  if (isOldEnough && isNewEnough) {
    return undefined;
  }
  return (
    `Trellis runs on Node.js ${leastMajor}.${leastMinor} or newer, but older than ${tooNew}. This is Node.js ${version}.\n` +
    `Install Node.js ${tooNew - 1} from https://nodejs.org, or with nvm: nvm install ${tooNew - 1}\n`
  );
}
