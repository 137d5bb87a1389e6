import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RepeatingTask, type TaskResult } from './repeating-task.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function makeTask(run: () => Promise<TaskResult>, random: () => number = Math.random) {
  const errors: unknown[] = [];
  const task = new RepeatingTask({
    run,
    onError: (error) => errors.push(error),
    idleMs: 1_000,
    intervalMsMin: 100,
    retryMsMin: 200,
    retryMsMax: 800,
    random,
  });
  return { task, errors };
}

test('a woken task runs at once, then after each pause', async () => {
  const run = vi.fn(async (): Promise<TaskResult> => 'idle');
  const { task } = makeTask(run);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(run).toHaveBeenCalledTimes(0);
  task.wake();
  await vi.advanceTimersByTimeAsync(0);
  expect(run).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(run).toHaveBeenCalledTimes(2);
});

test('many wakes lead to one run, not before the shortest interval', async () => {
  const run = vi.fn(async (): Promise<TaskResult> => 'idle');
  const { task } = makeTask(run);
  task.wake();
  await vi.advanceTimersByTimeAsync(0);
  for (let wake = 0; wake < 10; wake += 1) task.wake();
  await vi.advanceTimersByTimeAsync(99);
  expect(run).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(run).toHaveBeenCalledTimes(2);
});

test('a wake during a run leads to another run, which never overlaps', async () => {
  let running = 0;
  let runs = 0;
  const { task } = makeTask(async () => {
    runs += 1;
    running += 1;
    expect(running).toBe(1);
    if (runs === 1) task.wake();
    await new Promise((resolve) => setTimeout(resolve, 300));
    running -= 1;
    return 'idle';
  });
  task.wake();
  await vi.advanceTimersByTimeAsync(301);
  expect(runs).toBe(2);
});

test.each([
  ['the least', 0, [100, 200, 400, 400]],
  ['half of the', 0.5, [150, 300, 600, 600]],
])(
  'with %s jitter failures are told and retried ever more slowly; wakes do not hurry them',
  async (_, random, pauses) => {
    const run = vi.fn(async (): Promise<TaskResult> => {
      throw new Error('away');
    });
    const { task, errors } = makeTask(run, () => random);
    task.wake();
    await vi.advanceTimersByTimeAsync(0);
    for (const [index, pauseMs] of pauses.entries()) {
      task.wake();
      await vi.advanceTimersByTimeAsync(pauseMs - 1);
      expect(run).toHaveBeenCalledTimes(index + 1);
      await vi.advanceTimersByTimeAsync(1);
      expect(run).toHaveBeenCalledTimes(index + 2);
    }
    expect(errors).toHaveLength(pauses.length + 1);
  },
);

test('after stop nothing runs any more, and stop waits for the current run', async () => {
  let ended = false;
  const { task } = makeTask(async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    ended = true;
    return 'more';
  });
  task.wake();
  await vi.advanceTimersByTimeAsync(10);
  const stopped = task.stop();
  await vi.advanceTimersByTimeAsync(50);
  await stopped;
  expect(ended).toBe(true);
  task.wake();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(vi.getTimerCount()).toBe(0);
});
