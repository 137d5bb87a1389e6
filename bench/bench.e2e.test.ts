import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { entryFile } from '../core/entry-file.ts';
import { MICRO_BENCH_NAMES } from './micro/run.ts';

const run = promisify(execFile);

const outcomeSchema = z.object({
  rows: z.array(
    z.object({
      bench: z.string(),
      what: z.string(),
      value: z.number(),
      hash: z.string().optional(),
    }),
  ),
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trellis-bench-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('npm run bench -- micro --smoke', () => {
  it('runs every micro bench to its end and prints the rows of each with a result hash', async () => {
    const json = join(folder, 'rows.json');
    const args = [entryFile('bench/main'), 'micro', '--smoke', '--json', json];
    const { stdout } = await run(process.execPath, args);
    const { rows } = outcomeSchema.parse(JSON.parse(readFileSync(json, 'utf8')));
    for (const name of MICRO_BENCH_NAMES) {
      const ofBench = rows.filter(({ bench }) => bench === name);
      expect(
        ofBench.some(({ hash }) => hash !== undefined && hash !== ''),
        name,
      ).toBe(true);
      for (const { what, value } of ofBench) {
        expect(value, `${name}: ${what}`).not.toBeNaN();
        expect(stdout).toMatch(new RegExp(`^${name}  .*${what.trim().slice(0, 12)}`, 'm'));
      }
    }
  }, 120_000);
});

describe('npm run bench -- fraud --smoke', () => {
  it('runs every bench of fraud to its end, and no redirect fails on the way', async () => {
    const json = join(folder, 'rows.json');
    const args = [entryFile('bench/main'), 'fraud', '--smoke', '--json', json];
    await run(process.execPath, args);
    const { rows } = outcomeSchema.parse(JSON.parse(readFileSync(json, 'utf8')));
    const benches = new Set(rows.map(({ bench }) => bench));
    const others = ['fraud throughput', 'fraud, many addresses', 'fraud, Redis'];
    expect([...benches]).toEqual(expect.arrayContaining(['fraud shapes', ...others]));
    const failed = rows.filter(({ what }) => /: failed$|^failed or blocked$/.test(what));
    expect(failed.length).toBeGreaterThan(5);
    expect(failed.filter(({ value }) => value > 0)).toEqual([]);
  }, 240_000);
});
