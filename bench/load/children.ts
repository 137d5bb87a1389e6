import { type ChildProcess, fork, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

const STOP_MS_MAX = 5_000;

/** Ends with this process, however that ends, unless it was taken out again. */
const cleanups = new Set<() => void>();
let isInstalled = false;

/**
 * Has something done when this process exits in between, by a signal or an error.
 * @param cleanup synchronous; must not throw
 * @returns takes it out again
 */
export function onAbruptExit(cleanup: () => void): () => void {
  if (!isInstalled) {
    isInstalled = true;
    process.once('SIGINT', () => process.exit(130));
    process.once('SIGTERM', () => process.exit(143));
    process.once('exit', () => {
      for (const each of cleanups) {
        each();
      }
    });
  }
  cleanups.add(cleanup);
  return () => {
    cleanups.delete(cleanup);
  };
}

/** Starts a program that ends with this process at the latest. */
export function spawnOwned(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): ChildProcess {
  return owned(spawn(command, args, options));
}

/** Starts a process from one of our own files that ends with this process at the latest. */
export function forkOwned(
  file: string,
  args: readonly string[] = [],
  execArgv: string[] = [],
): ChildProcess {
  return owned(fork(file, args, { execArgv }));
}

function owned(child: ChildProcess): ChildProcess {
  const release = onAbruptExit(() => child.kill('SIGKILL'));
  child.once('exit', release);
  return child;
}

/** SIGTERM, and SIGKILL when it does not help. Does nothing when the process has ended. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
  await exited;
  clearTimeout(timer);
}

/** All that a child writes to a stream, once it has ended. */
export async function outputOf(child: ChildProcess): Promise<{ code: number; output: string }> {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const [code] = await once(child, 'close');
  return { code: typeof code === 'number' ? code : 1, output };
}
