/** How many redirects a second, and how fast is one, on the full path and next to the fastest there is? */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchOutcome, BenchRow, LeftOut } from '../micro/result.ts';
import { measureFixedRate } from './fixed-rate.ts';
import { writeTemplates } from './paced.ts';
import { type MeasuredProduct, startMeasuredProduct } from './product.ts';
import { ClickStore } from './stored-clicks.ts';
import { findProgram, startBareUws, startNginx, type Target } from './targets.ts';
import { measureThroughput } from './throughput.ts';
import { makeVisits, type RequestTemplate, requestTemplates } from './traffic.ts';
import { Wrk } from './wrk.ts';

const VISITORS = 5_000;
/** Between the two parts. */
const MERGES_MS_MAX = 30_000;

export type RedirectOptions = {
  rounds: number;
  /** Of one turn of one target. */
  seconds: number;
  /** Of the fixed rate. */
  clicksPerSecond: number;
  report(line: string): void;
};

/** Runs a product and its yardsticks next to each other and compares them. */
export async function measureRedirects(options: RedirectOptions): Promise<BenchOutcome> {
  const leftOut: LeftOut[] = [];
  const others: Target[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'trellis-bench-load-'));
  let measured: MeasuredProduct | undefined;
  try {
    options.report('load: starting a product and what it is compared with …');
    const nginx = programOrLeaveOut('nginx', 'nginx-light', 'comparison with nginx', leftOut);
    if (nginx !== undefined) {
      others.push(await startNginx(nginx));
    }
    others.push(await startBareUws());
    measured = await startMeasuredProduct();
    const templates = requestTemplates(makeVisits(VISITORS));
    const rows = await measureAll(measured, others, folder, templates, options, leftOut);
    return { rows, leftOut };
  } finally {
    await measured?.dispose();
    await Promise.all(others.map((target) => target.stop()));
    rmSync(folder, { recursive: true });
  }
}

async function measureAll(
  measured: MeasuredProduct,
  others: readonly Target[],
  folder: string,
  templates: readonly RequestTemplate[],
  options: RedirectOptions,
  leftOut: LeftOut[],
): Promise<BenchRow[]> {
  const store = new ClickStore(measured.product);
  const rows: BenchRow[] = [];
  try {
    const wrk = programOrLeaveOut('wrk', 'wrk', 'throughput', leftOut);
    if (wrk !== undefined) {
      const load = new Wrk(wrk, folder, templates);
      rows.push(...(await measureThroughput(load, measured, store, others, options)));
    }
    // What the flood above left behind is not part of the fixed rate's load.
    await store.untilMerged(MERGES_MS_MAX);
    const templatesFile = join(folder, 'templates.json');
    writeTemplates(templatesFile, templates);
    const product = {
      name: 'Trellis',
      port: measured.product.ports.engine,
      stop: () => Promise.resolve(),
    };
    const targets = [product, ...others.filter(({ name }) => name === 'nginx')];
    rows.push(...(await measureFixedRate(targets, { ...options, templatesFile })));
    return rows;
  } finally {
    await store.close();
  }
}

/** The path of a program; when it is missing, that is noted with the command to get it. */
function programOrLeaveOut(
  name: string,
  debianPackage: string,
  bench: string,
  leftOut: LeftOut[],
): string | undefined {
  const path = findProgram(name);
  if (path === undefined) {
    const reason = `${name} is not installed; on Debian: apt-get install ${debianPackage}`;
    leftOut.push({ bench, reason });
  }
  return path;
}
