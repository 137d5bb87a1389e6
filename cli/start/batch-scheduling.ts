import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { messageOf } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { readProcessStat } from './process-stat.ts';

const run = promisify(execFile);
const CHRT_MS_MAX = 2_000;
/** Of Linux, `sched(7)`. */
const SCHED_OTHER = 0;

/**
 * Moves this process, and with it all that it will start, to Linux's `SCHED_BATCH`: a thread that is
 * woken then waits its turn instead of taking the processor from the thread that woke it. A click
 * crosses two threads of ours, so by the usual policy every few clicks cost three switches of threads
 * and all of them end up on one core; with this one they gather and are served together.
 *
 * Leaves a policy alone that somebody chose. Where there is no `chrt` (util-linux) or no Linux,
 * everything works as before, only slower under load; the log says so.
 *
 * @param pid the process whose threads are moved
 */
export async function scheduleAsBatch(pid: number, logger: Logger): Promise<void> {
  if (process.platform !== 'linux' || (await schedulingPolicy(pid)) !== SCHED_OTHER) {
    return;
  }
  try {
    await run('chrt', ['--all-tasks', '--batch', '--pid', '0', String(pid)], {
      timeout: CHRT_MS_MAX,
    });
  } catch (error) {
    logger.info(
      { error: messageOf(error) },
      'the scheduling policy stays as it is; with chrt of util-linux redirects are faster under load',
    );
  }
}

/** The policy of a process's main thread. */
export async function schedulingPolicy(pid: number): Promise<number> {
  return Number((await readProcessStat(pid))(41));
}
