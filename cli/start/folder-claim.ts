import { randomBytes } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identifyProcess, type ProcessIdentity } from './process-identity.ts';

/** Rounds in which claims of the same moment sort themselves out; a holder outlasts them all. */
const ROUNDS_MAX = 30;
const ROUND_MS = 10;

type Claim = { file: string; holder: ProcessIdentity };

/** What came of a claim: the folder and how to give it back, or the process that has it. */
export type ClaimOutcome =
  | { kind: 'held'; giveBack: () => Promise<void> }
  | { kind: 'taken'; holder: ProcessIdentity };

/**
 * Claims a folder for this process alone.
 *
 * Each claim is an empty file whose name says which process made it. A folder is held by whoever finds,
 * after his own claim stands, no other one of a living process. So two never hold it, whatever their
 * order: the later of two claims is made before its owner looks, and finds the earlier one. No file is
 * ever taken over, so a dead process's claim can be removed by anybody at any time.
 * Of claims made in the same moment the first by name stays, the others withdraw and wait, and claim
 * again only when they find none.
 *
 * @param folder exists
 * @param name what the claims' names begin with
 */
export async function claimFolder(folder: string, name: string): Promise<ClaimOutcome> {
  const self = await identifyProcess(process.pid);
  if (self === undefined) {
    throw new Error('this process cannot be identified');
  }
  const own = claimFile(name, self);
  const withdraw = () => rm(join(folder, own), { force: true });
  let other: Claim | undefined;
  let isStanding = false;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    other = (await livingClaims(folder, name)).find((claim) => claim.file !== own);
    if (other === undefined && isStanding) {
      return { kind: 'held', giveBack: withdraw };
    }
    if (other === undefined) {
      await writeFile(join(folder, own), '');
      isStanding = true;
      continue;
    }
    if (isStanding && other.file < own) {
      await withdraw();
      isStanding = false;
    }
    await delay(ROUND_MS * (1 + Math.random()));
  }
  await withdraw();
  if (other === undefined) {
    throw new Error(`${folder} could not be claimed in ${ROUNDS_MAX} rounds`);
  }
  return { kind: 'taken', holder: other.holder };
}

function claimFile(name: string, { pid, started }: ProcessIdentity): string {
  return `${name}.${pid}.${encodeURIComponent(started)}.${randomBytes(6).toString('hex')}`;
}

/** The claims of living processes in the order of their names. Those of dead ones are removed. */
async function livingClaims(folder: string, name: string): Promise<Claim[]> {
  const living: Claim[] = [];
  for (const file of (await readdir(folder)).sort()) {
    if (!file.startsWith(`${name}.`)) {
      continue;
    }
    const [pid = '', started = ''] = file.slice(name.length + 1).split('.');
    const holder = await identifyProcess(Number(pid));
    if (holder !== undefined && encodeURIComponent(holder.started) === started) {
      living.push({ file, holder });
    } else {
      await rm(join(folder, file), { force: true });
    }
  }
  return living;
}
