import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { takeDataFolder } from './data-folder.ts';
import { identifyProcess } from './process-identity.ts';
import { RunStateWriter, readRunning, runStateFile } from './run-state.ts';
import { writeFileAtomically } from './write-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trellis-folder-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('the data folder', () => {
  it('is created, taken by one process and given back', async () => {
    const dataDir = join(folder, 'new', 'data');
    const giveBack = await takeDataFolder(dataDir);
    await expect(takeDataFolder(dataDir)).rejects.toMatchObject({ code: 'already_running' });
    await expect(takeDataFolder(dataDir)).rejects.toThrow(`(process ${process.pid})`);
    await giveBack();
    expect(await readdir(dataDir)).toEqual([]);
    await (await takeDataFolder(dataDir))();
  });

  it('of a killed process is free, also when its process id belongs to another one now', async () => {
    for (const stale of [`${process.pid}.long%20ago.00`, `${2 ** 30}.1.00`, 'nonsense', '1.%.2']) {
      await writeFile(join(folder, `trellis.lock.${stale}`), '');
      const giveBack = await takeDataFolder(folder);
      expect((await readdir(folder)).map((file) => file.split('.')[2])).toEqual([
        String(process.pid),
      ]);
      await giveBack();
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it('goes to one of many that come at once, in every one of many rounds', async () => {
    for (let round = 0; round < 10; round += 1) {
      await writeFile(join(folder, `trellis.lock.${2 ** 30}.1.00`), '');
      const attempts = await Promise.allSettled(
        Array.from({ length: 10 }, () => takeDataFolder(folder)),
      );
      const held = attempts.filter((attempt) => attempt.status === 'fulfilled');
      expect(held.length).toBe(1);
      await held[0]?.value();
    }
  });

  it('that cannot be used is explained', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    await expect(takeDataFolder(join(file, 'data'))).rejects.toThrow(
      `${join(file, 'data')} (TRELLIS_DATA_DIR) cannot be used: a part of the path is a file`,
    );
    await expect(takeDataFolder(file)).rejects.toThrow('there is a file of this name');
  });
});

describe('a process', () => {
  it('is not taken for a later one, nor for its unreaped remains', async () => {
    const child = spawn('sleep', ['600'], { stdio: 'ignore' });
    const pid = child.pid ?? -1;
    expect((await identifyProcess(pid))?.started).not.toBe('');
    expect(await identifyProcess(pid)).toEqual(await identifyProcess(pid));
    expect(await identifyProcess(process.pid)).not.toEqual(await identifyProcess(pid));
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await identifyProcess(pid)).toBeUndefined();
  });
});

describe('run.json', () => {
  it('names the processes that run, and none that do not', async () => {
    const child = spawn('sleep', ['600'], { stdio: 'ignore' });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    const writer = new RunStateWriter(folder, (error) => {
      throw error;
    });
    writer.set('supervisor', process.pid);
    writer.set('engine', child.pid ?? -1);
    writer.set('admin', 2 ** 30);
    await expect
      .poll(async () => JSON.parse(await readFile(runStateFile(folder), 'utf8').catch(() => '{}')))
      .toMatchObject({
        supervisor: process.pid,
        engine: child.pid,
        admin: 2 ** 30,
        postgres: null,
      });
    const running = await readRunning(folder);
    expect(running.engine?.pid).toBe(child.pid);
    expect(running.admin).toBeUndefined();
    await writer.clear();
    expect(await readRunning(folder)).toEqual({});
  });
});

describe('a file that is written atomically', () => {
  it('has its permissions and replaces the old one', async () => {
    const path = join(folder, 'secret');
    await writeFileAtomically(path, 'one', 0o600);
    await writeFileAtomically(path, 'two', 0o600);
    expect(await readFile(path, 'utf8')).toBe('two');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['secret']);
  });
});
