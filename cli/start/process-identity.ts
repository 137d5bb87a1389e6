import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readProcessStat } from './process-stat.ts';

/** A process that can be told from a later one with the same id. */
export type ProcessIdentity = {
  pid: number;
  /** When it was started, in the system's own words; compared only for equality. */
  started: string;
};

const run = promisify(execFile);

/** @returns undefined when there is no such process, or only its unreaped remains */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | undefined> {
  const started = process.platform === 'linux' ? await startOnLinux(pid) : await startByPs(pid);
  return started === undefined ? undefined : { pid, started };
}

/** Whether the very process that was identified is still there. */
export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  return (await identifyProcess(identity.pid))?.started === identity.started;
}

/** Clock ticks since boot. */
async function startOnLinux(pid: number): Promise<string | undefined> {
  try {
    const field = await readProcessStat(pid);
    return field(3) === 'Z' ? undefined : field(22);
  } catch {
    return undefined;
  }
}

async function startByPs(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]);
    const [, state, started] = /^\s*(\S+)\s+(.*\S)\s*$/.exec(stdout) ?? [];
    return state?.startsWith('Z') === true ? undefined : started;
  } catch {
    return undefined;
  }
}
