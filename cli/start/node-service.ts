import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { entryFile } from '../../core/entry-file.ts';
import { TrellisError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { probe } from '../probe.ts';
import { type RunningProcess, signalProcess } from './service.ts';

export type NodeServiceOptions = {
  /** The command of trellis that it runs. */
  command: 'engine' | 'admin';
  /** Flags of Node. */
  execArgv?: string[];
  /** Answers 200 as soon as it is alive. */
  healthUrl: string;
  /** How long it may take to be alive, and to end after SIGTERM. */
  startMsMax: number;
  stopMsMax: number;
  env: Readonly<Record<string, string | undefined>>;
  logger: Logger;
};

const POLL_MS = 25;

/**
 * Starts `trellis engine` or `trellis admin` as a child of this process and waits until it answers.
 * The child ends by itself when this process does.
 *
 * @throws TrellisError `service_failed` when it ends instead, `service_silent` when it takes longer
 */
export async function startNodeService(options: NodeServiceOptions): Promise<RunningProcess> {
  const child = fork(entryFile('cli/trellis'), [options.command], {
    env: { ...options.env },
    execArgv: options.execArgv ?? [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // Its own process group: Ctrl-C in a terminal reaches the supervisor alone, which stops things
    // in their order.
    detached: true,
  });
  const exited = exitOf(child);
  const pid = child.pid;
  if (pid === undefined) {
    throw new TrellisError('service_failed', `No process could be made for ${options.command}`);
  }
  const stop = () => stopChild(child, exited, options);
  const waiting = new AbortController();
  const outcome = await Promise.race([exited, aliveWithin(options, waiting.signal)]);
  waiting.abort();
  if (outcome === 'alive') {
    return { pid, exited, stop };
  }
  if (outcome === 'silent') {
    await stop();
    const seconds = options.startMsMax / 1_000;
    throw new TrellisError(
      'service_silent',
      `The ${options.command} does not answer after ${seconds} s; its log above says more`,
    );
  }
  throw new TrellisError(
    'service_failed',
    `The ${options.command} ended (${outcome.signal ?? `exit code ${outcome.code}`}) before it answered; its log above says why`,
  );
}

function exitOf(child: ChildProcess): RunningProcess['exited'] {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: null, signal: null }));
  });
}

async function aliveWithin(
  options: NodeServiceOptions,
  cancelled: AbortSignal,
): Promise<'alive' | 'silent'> {
  const deadlineMs = performance.now() + options.startMsMax;
  while (performance.now() < deadlineMs && !cancelled.aborted) {
    if ((await probe(options.healthUrl)).isOk) {
      return 'alive';
    }
    await delay(POLL_MS);
  }
  return 'silent';
}

async function stopChild(
  child: ChildProcess,
  exited: RunningProcess['exited'],
  options: NodeServiceOptions,
): Promise<void> {
  child.kill('SIGTERM');
  const patience = new AbortController();
  const isGone = await Promise.race([
    exited.then(() => true),
    delay(options.stopMsMax, false, { signal: patience.signal }).catch(() => false),
  ]);
  patience.abort();
  if (!isGone && child.pid !== undefined) {
    options.logger.warn(
      { service: options.command },
      `the ${options.command} does not end within ${options.stopMsMax} ms and is killed`,
    );
    signalProcess(child.pid, 'SIGKILL');
    await exited;
  }
}
