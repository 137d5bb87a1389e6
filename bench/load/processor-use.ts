import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { ProcessIds } from '../support/product.ts';

/** Linux counts processor time in hundredths of a second, whatever the kernel's own clock is. */
const TICK_SECONDS = 0.01;

/** Processor seconds so far, by process and thread. */
export type ProcessorUse = {
  /** Key: `engine/1234`. */
  threads: Map<string, { process: string; name: string; seconds: number }>;
  /** Of the whole machine, all processors together. */
  machineSeconds: number;
  idleSeconds: number;
};

/** Whether this machine tells: Linux does. */
export function canReadProcessorUse(): boolean {
  return existsSync('/proc/self/task');
}

/** Reads the processor use of a product's processes; of PostgreSQL with all its children. */
export function readProcessorUse(ids: ProcessIds): ProcessorUse {
  const threads: ProcessorUse['threads'] = new Map();
  for (const [process, pid] of Object.entries(ids)) {
    for (const member of pid === null ? [] : [pid, ...childrenOf(process, pid)]) {
      readThreads(process, member, threads);
    }
  }
  const cpu = firstLine('/proc/stat').split(/\s+/).slice(1).map(Number);
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, interrupt = 0, soft = 0] = cpu;
  const busy = user + nice + system + interrupt + soft;
  return {
    threads,
    machineSeconds: busy * TICK_SECONDS,
    idleSeconds: (idle + wait) * TICK_SECONDS,
  };
}

function readThreads(process: string, pid: number, threads: ProcessorUse['threads']): void {
  for (const thread of listOrNothing(`/proc/${pid}/task`)) {
    const stat = readOrNothing(`/proc/${pid}/task/${thread}/stat`);
    // "tid (name) state ppid …": the name may hold anything, so look for its last bracket.
    const end = stat.lastIndexOf(')');
    const fields = stat.slice(end + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    if (end > 0) {
      const kernelName = stat.slice(stat.indexOf('(') + 1, end);
      const name = Number(thread) === pid && process !== 'postgres' ? 'main' : kernelName;
      threads.set(`${process}/${thread}`, { process, name, seconds: ticks * TICK_SECONDS });
    }
  }
}

/** Only PostgreSQL works in child processes; those of the supervisor have names of their own. */
function childrenOf(process: string, pid: number): number[] {
  return process === 'postgres'
    ? readOrNothing(`/proc/${pid}/task/${pid}/children`)
        .split(' ')
        .filter((child) => child !== '')
        .map(Number)
    : [];
}

/** Microseconds of processor time per click. */
export type ProcessorShare = { who: string; microsecondsPerClick: number };

const SHARE_SHOWN_MIN = 0.05;

/**
 * Who used the processors between two readings: processes, each followed by its threads that matter.
 * Threads of one name are one entry, unless they are Node's, which all have the same name.
 */
export function processorShares(
  before: ProcessorUse,
  after: ProcessorUse,
  clicks: number,
): ProcessorShare[] {
  const perClick = (seconds: number) => (seconds * 1e6) / clicks;
  const processes = new Map<string, Map<string, number>>();
  for (const [key, { process, name, seconds }] of after.threads) {
    const used = seconds - (before.threads.get(key)?.seconds ?? 0);
    const threads = processes.get(process) ?? new Map<string, number>();
    processes.set(process, threads);
    const label = name === 'node' ? `node thread ${threads.size}` : name;
    threads.set(label, (threads.get(label) ?? 0) + used);
  }
  const shares: ProcessorShare[] = [];
  let known = 0;
  for (const [process, threads] of processes) {
    const total = [...threads.values()].reduce((sum, used) => sum + used, 0);
    known += total;
    const busy = [...threads].filter(([, used]) => perClick(used) >= SHARE_SHOWN_MIN);
    shares.push({ who: process, microsecondsPerClick: perClick(total) });
    for (const [name, used] of busy.sort((a, b) => b[1] - a[1])) {
      shares.push({ who: `  ${process}: ${name}`, microsecondsPerClick: perClick(used) });
    }
  }
  const machine = after.machineSeconds - before.machineSeconds;
  shares.push({ who: 'all else', microsecondsPerClick: perClick(Math.max(0, machine - known)) });
  const idle = after.idleSeconds - before.idleSeconds;
  shares.push({ who: 'idle', microsecondsPerClick: perClick(idle) });
  return shares;
}

/** Memory that each process holds, in MiB; `VmRSS`, so pages shared with others count in each. */
export function residentMemory(ids: ProcessIds): { process: string; mebibytes: number }[] {
  return Object.entries(ids).flatMap(([process, pid]) => {
    const status = pid === null ? '' : readOrNothing(`/proc/${pid}/status`);
    const kibibytes = /^VmRSS:\s+(\d+)/m.exec(status)?.[1];
    return kibibytes === undefined ? [] : [{ process, mebibytes: Number(kibibytes) / 1_024 }];
  });
}

function firstLine(file: string): string {
  return readOrNothing(file).split('\n', 1)[0] ?? '';
}

/** Threads and processes end between being listed and being read; then there is nothing. */
function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function listOrNothing(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
