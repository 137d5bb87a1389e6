import { accessSync, constants } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Sets the cores that a program may use, then becomes it; part of util-linux. */
const TASKSET = '/usr/bin/taskset';

/**
 * Options of `fork` that keep a process to the upper half of the cores, so that merges and reports
 * never take the last core from the threads that redirect: a thread that wakes up otherwise waits
 * some milliseconds until a busy one has used up its slice.
 *
 * Where there is one core, or no way to do it, the process may use all.
 */
export function onUpperHalfOfCores(): { execPath?: string; execArgv: string[] } {
  const cores = availableParallelism();
  if (process.platform !== 'linux' || cores < 2 || !isExecutable(TASKSET)) {
    return { execArgv: [] };
  }
  const range = `${Math.ceil(cores / 2)}-${cores - 1}`;
  return { execPath: TASKSET, execArgv: ['-c', range, process.execPath] };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
