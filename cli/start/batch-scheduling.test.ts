import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { createLogger } from '../../core/logger.ts';
import { scheduleAsBatch, schedulingPolicy } from './batch-scheduling.ts';

const SCHED_OTHER = 0;
const SCHED_BATCH = 3;
const SCHED_IDLE = 5;
const logger = createLogger('test');
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
  }
});

/** A process that tells the policy of a child that it starts when it is asked to. */
async function startParent(): Promise<ChildProcess & { pid: number }> {
  const child = spawn('sh', ['-c', 'echo up; read line; cut -d" " -f41 /proc/self/stat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data');
  return child as ChildProcess & { pid: number };
}

test.runIf(process.platform === 'linux')('what is started afterwards is in batch too', async () => {
  const parent = await startParent();
  expect(await schedulingPolicy(parent.pid)).toBe(SCHED_OTHER);

  await scheduleAsBatch(parent.pid, logger);

  expect(await schedulingPolicy(parent.pid)).toBe(SCHED_BATCH);
  parent.stdin?.write('\n');
  const [policyOfItsChild] = await once(parent.stdout as NodeJS.ReadableStream, 'data');
  expect(Number(String(policyOfItsChild))).toBe(SCHED_BATCH);
});

test.runIf(process.platform === 'linux')('a policy that somebody chose stays', async () => {
  const parent = await startParent();
  execFileSync('chrt', ['--idle', '--pid', '0', String(parent.pid)]);

  await scheduleAsBatch(parent.pid, logger);

  expect(await schedulingPolicy(parent.pid)).toBe(SCHED_IDLE);
});
