import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectRoot } from '../core/entry-file.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trellis-test-scripts-'));
});

afterEach(() => rm(folder, { recursive: true }));

const script = (name: string) =>
  JSON.stringify(pathToFileURL(join(projectRoot, 'scripts', name)).href);

/** Runs a module's text in a process of its own. */
async function runModule(text: string) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', text]);
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  await once(child, 'close');
  return { pid: child.pid, exitCode: child.exitCode, errors };
}

describe('the check of the Node.js version', () => {
  it.each(['18.20.0', '20.18.3', '23.0.0'])(
    'says what to install instead of %s',
    async (version) => {
      const { exitCode, errors } = await runModule(`
      Object.defineProperty(process.versions, 'node', { value: '${version}' });
      await import(${script('check-node.mjs')});`);
      expect(exitCode).toBe(1);
      expect(errors).toContain(`This is Node.js ${version}.`);
      expect(errors).toContain('nvm install 22');
    },
  );

  it.each(['20.19.0', '21.0.0', '22.99.0'])('says nothing about %s', async (version) => {
    const outcome = await runModule(`
      Object.defineProperty(process.versions, 'node', { value: '${version}' });
      await import(${script('check-node.mjs')});`);
    expect(outcome).toMatchObject({ exitCode: 0, errors: '' });
  });
});

describe('the lock of installing and building', () => {
  const critical = () => `
    import { appendFileSync } from 'node:fs';
    import { setTimeout } from 'node:timers/promises';
    import { underLock } from ${script('run-lock.mjs')};
    await underLock(${JSON.stringify(join(folder, 'lock'))}, () => undefined, async () => {
      appendFileSync(${JSON.stringify(join(folder, 'trail'))}, 'in ');
      await setTimeout(50);
      appendFileSync(${JSON.stringify(join(folder, 'trail'))}, 'out ');
    });`;

  it('lets one process in at a time, also past the lock of one that was killed', async () => {
    const killed = await runModule('');
    await writeFile(join(folder, 'lock'), String(killed.pid));
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => runModule(critical())));
    expect(outcomes.map((outcome) => outcome.errors)).toEqual(['', '', '', '']);
    expect(await readFile(join(folder, 'trail'), 'utf8')).toBe('in out '.repeat(4));
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });
});
