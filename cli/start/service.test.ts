import { spawn } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { createLogger } from '../../core/logger.ts';
import { type RunningProcess, Service, signalProcess } from './service.ts';

const logger = createLogger('test');
logger.level = 'silent';

const services: Service[] = [];
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()));
});

function sleeper(): RunningProcess {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  const exited: RunningProcess['exited'] = new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
  };
  return { pid: child.pid ?? -1, exited, stop };
}

function serviceOf(launch: () => Promise<RunningProcess>) {
  const pids: (number | null)[] = [];
  const service = new Service({
    name: 'sleeper',
    launch,
    logger,
    onPid: (pid) => {
      pids.push(pid);
    },
  });
  services.push(service);
  const lastPid = () => pids.at(-1) ?? null;
  return { service, pids, lastPid };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a service', () => {
  it('that is killed is started again at once', async () => {
    const { service, pids, lastPid } = serviceOf(async () => sleeper());
    await service.start();
    const first = lastPid() ?? -1;
    const killedAtMs = performance.now();
    signalProcess(first, 'SIGKILL');
    await expect.poll(() => pids.length, { interval: 5 }).toBe(3);
    expect(performance.now() - killedAtMs).toBeLessThan(500);
    expect(pids[1]).toBeNull();
    expect(lastPid()).not.toBe(first);
  });

  it('that keeps dying is started again and again, with growing pauses', async () => {
    const startedAtMs: number[] = [];
    const { service } = serviceOf(async () => {
      startedAtMs.push(performance.now());
      const running = sleeper();
      signalProcess(running.pid, 'SIGKILL');
      return running;
    });
    await service.start();
    await expect.poll(() => startedAtMs.length, { timeout: 5_000 }).toBeGreaterThanOrEqual(6);
    const pauses = startedAtMs.map((at, index) => at - (startedAtMs[index - 1] ?? at));
    expect(pauses[5]).toBeGreaterThan(350);
  });

  it('whose restart fails is tried again until it succeeds', async () => {
    let attempts = 0;
    const { service, lastPid } = serviceOf(async () => {
      attempts += 1;
      if (attempts > 1 && attempts < 4) {
        throw new Error('the port is still taken');
      }
      return sleeper();
    });
    await service.start();
    signalProcess(lastPid() ?? -1, 'SIGKILL');
    await expect.poll(() => attempts, { timeout: 5_000 }).toBe(4);
  });

  it('reports the failure of its first start and does not try again', async () => {
    let attempts = 0;
    const { service } = serviceOf(async () => {
      attempts += 1;
      throw new Error('no such folder');
    });
    await expect(service.start()).rejects.toThrow('no such folder');
    await service.stop();
    expect(attempts).toBe(1);
  });

  it('that is stopped stays stopped, also when it is being started just then', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const launched: number[] = [];
    const { service, lastPid } = serviceOf(async () => {
      await gate;
      const running = sleeper();
      launched.push(running.pid);
      return running;
    });
    const started = service.start();
    const stopped = service.stop();
    release();
    await Promise.all([started, stopped]);
    expect(launched.length).toBe(1);
    expect(launched.some(isAlive)).toBe(false);
    expect(lastPid()).toBeNull();
    await service.start();
    expect(launched.length).toBe(1);
  });
});
