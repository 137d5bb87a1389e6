// The networks of data centres, as a file that actors hold in memory: from the providers that
// hosting-providers.txt lists and the networks that @ip-location-db/asn knows of them.
//
// Layout, little-endian as every platform that Trellis runs on:
//   0   8 bytes   `TRLDC001`
//   8   32 bytes  SHA-256 of what it was made from
//   40  uint32    number of IPv4 bounds
//   44  uint32    number of IPv6 bounds
//   48  uint32[]  IPv4 bounds, ascending
//       uint32[]  bits 127 to 96 of the IPv6 bounds, ascending
//       uint32[]  bits 95 to 64 of the same
// Bounds alternate: the first address of a network, the first address after it.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { distFolder, projectRoot } from './project-files.mjs';

const FORMAT = 'TRLDC001';
const KEY_AT = 8;
const COUNTS_AT = 40;
const BOUNDS_AT = 48;

const folder = 'actors/worker/fraud/signals';
export const dataCentreFile = `${folder}/data-centres.bin`;
const providersFile = join(projectRoot, folder, 'hosting-providers.txt');

/** A failure that is explained without a stack trace. */
export class DataCentreFileError extends Error {}

/**
 * Makes dist/…/data-centres.bin, unless it is there already from the same list and package.
 *
 * @returns {boolean} whether it had to be made; that takes about a second
 * @throws {DataCentreFileError} when the package is missing or the list is faulty
 */
export function makeDataCentreFile(target = join(distFolder, dataCentreFile)) {
  const source = packageFolder();
  const list = fs.readFileSync(providersFile, 'utf8');
  const { version } = JSON.parse(fs.readFileSync(join(source, 'package.json'), 'utf8'));
  const key = createHash('sha256').update(`${FORMAT}\0${version}\0${list}`).digest();
  if (keyOf(target)?.equals(key)) {
    return false;
  }
  const providers = providerNumbers(list);
  const v4 = boundsOf(networksIn(join(source, 'asn-ipv4-num.csv'), providers, 0n));
  const v6 = boundsOf(networksIn(join(source, 'asn-ipv6-num.csv'), providers, 64n));
  fs.mkdirSync(dirname(target), { recursive: true });
  // A build that is broken off leaves the old file or the new one.
  const unfinished = `${target}.${process.pid}`;
  fs.writeFileSync(unfinished, encode(key, v4, v6));
  fs.renameSync(unfinished, target);
  return true;
}

/** @returns {Set<string>} the numbers in hosting-providers.txt */
export function providerNumbers(list) {
  const numbers = new Set();
  for (const [index, line] of list.split('\n').entries()) {
    const number = /^(\d+) \S/.exec(line)?.[1];
    const isRemark = line === '' || line.startsWith('#');
    if ((number === undefined && !isRemark) || numbers.has(number)) {
      throw new DataCentreFileError(
        `${providersFile}, line ${index + 1}: must be a number that is not there yet, a space and a name: ${line}`,
      );
    }
    if (number !== undefined) {
      numbers.add(number);
    }
  }
  return numbers;
}

function packageFolder() {
  const require = createRequire(import.meta.url);
  try {
    return dirname(require.resolve('@ip-location-db/asn/package.json'));
  } catch (error) {
    throw new DataCentreFileError(
      `The package @ip-location-db/asn, from which the networks of data centres are taken, is not installed. Run 'npm install --include=dev'.`,
      { cause: error },
    );
  }
}

/** @returns {Buffer | undefined} undefined when there is no such file, or no whole one */
function keyOf(path) {
  let bytes;
  try {
    bytes = fs.readFileSync(path);
  } catch (error) {
    if (error.code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
  if (bytes.length < BOUNDS_AT || bytes.toString('latin1', 0, KEY_AT) !== FORMAT) {
    return undefined;
  }
  const bounds = bytes.readUInt32LE(COUNTS_AT) + 2 * bytes.readUInt32LE(COUNTS_AT + 4);
  const isWhole = bytes.length === BOUNDS_AT + 4 * bounds;
  return isWhole ? bytes.subarray(KEY_AT, COUNTS_AT) : undefined;
}

/**
 * The providers' networks.
 *
 * @param {bigint} bits how many low bits are dropped; networks that are smaller grow: a /64 is one
 *   customer's
 * @returns {Array<[bigint, bigint]>} first address and the one after the last
 */
function networksIn(path, providers, bits) {
  const roundUp = (1n << bits) - 1n;
  const networks = [];
  for (const line of fs.readFileSync(path, 'latin1').split('\n')) {
    const [first, last, number] = line.split(',', 3);
    if (providers.has(number)) {
      networks.push([BigInt(first) >> bits, (BigInt(last) + 1n + roundUp) >> bits]);
    }
  }
  if (networks.length === 0) {
    throw new DataCentreFileError(
      `${path} has no network of any provider; its format has changed.`,
    );
  }
  return networks;
}

/** Adjoining and overlapping networks become one. */
function boundsOf(networks) {
  const bounds = [];
  const sorted = networks.sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  for (const [from, to] of sorted) {
    const end = bounds.at(-1);
    if (end === undefined || from > end) {
      bounds.push(from, to);
    } else if (to > end) {
      bounds[bounds.length - 1] = to;
    }
  }
  return bounds;
}

function encode(key, v4, v6) {
  const bytes = Buffer.alloc(BOUNDS_AT + 4 * (v4.length + 2 * v6.length));
  bytes.write(FORMAT, 'latin1');
  bytes.set(key, KEY_AT);
  bytes.writeUInt32LE(v4.length, COUNTS_AT);
  bytes.writeUInt32LE(v6.length, COUNTS_AT + 4);
  const v6At = BOUNDS_AT + 4 * v4.length;
  for (const [index, bound] of v4.entries()) {
    bytes.writeUInt32LE(Number(bound), BOUNDS_AT + 4 * index);
  }
  for (const [index, bound] of v6.entries()) {
    bytes.writeUInt32LE(Number(bound >> 32n), v6At + 4 * index);
    bytes.writeUInt32LE(Number(bound & 0xffffffffn), v6At + 4 * (v6.length + index));
  }
  return bytes;
}
