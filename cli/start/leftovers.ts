import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../../core/logger.ts';
import { isRunning, type ProcessIdentity } from './process-identity.ts';
import { readRunning } from './run-state.ts';
import { signalProcess } from './service.ts';

/** The engine finishes what it has accepted before it ends. */
const STOP_MS_MAX = 30_000;
const KILL_MS_MAX = 5_000;
const POLL_MS = 20;

/**
 * Waits for what a killed supervisor left behind: its children notice and end by themselves, and
 * until then they hold their ports. PostgreSQL is no child of that kind; starting the embedded
 * server ends the old one, so it is only reported.
 *
 * @param dataDir already taken for this process, so whatever runs on it is left over
 * @returns whether an old PostgreSQL still holds its port
 */
export async function endLeftovers(
  dataDir: string,
  logger: Logger,
): Promise<{ isPostgresRunning: boolean }> {
  const { engine, admin, clickhouse, postgres } = await readRunning(dataDir);
  const leftovers = [engine, admin, clickhouse].filter((identity) => identity !== undefined);
  await Promise.all(leftovers.map((identity) => endProcess(identity, logger)));
  return { isPostgresRunning: postgres !== undefined };
}

async function endProcess(identity: ProcessIdentity, logger: Logger): Promise<void> {
  const { pid } = identity;
  logger.warn({ pid }, 'ending a process that a killed Trellis left behind');
  signalProcess(pid, 'SIGTERM');
  if (await isGoneWithin(identity, STOP_MS_MAX)) {
    return;
  }
  logger.warn({ pid }, 'killing a process that a killed Trellis left behind');
  signalProcess(pid, 'SIGKILL');
  await isGoneWithin(identity, KILL_MS_MAX);
}

async function isGoneWithin(identity: ProcessIdentity, patienceMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + patienceMs;
  while (await isRunning(identity)) {
    if (performance.now() > deadlineMs) {
      return false;
    }
    await delay(POLL_MS);
  }
  return true;
}
