import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeTemplates } from '../load/paced.ts';
import { startMeasuredProduct } from '../load/product.ts';
import { ClickStore } from '../load/stored-clicks.ts';
import { makeVisits, requestTemplates } from '../load/traffic.ts';
import type { BenchOutcome, BenchRow } from '../micro/result.ts';
import { burst } from './burst.ts';
import { hotOrganization } from './hot-organization.ts';
import { slowClickHouse } from './slow-clickhouse.ts';
import { trickle } from './trickle.ts';
import type { Wave } from './wave.ts';

const WAVES: Record<string, Wave> = {
  trickle,
  burst,
  'hot-organization': hotOrganization,
  'slow-clickhouse': slowClickHouse,
};

export const WAVE_NAMES = Object.keys(WAVES);

const VISITORS = 5_000;

/**
 * Lets waves of traffic run against one product, one after the other. Loopback only; each one has a
 * bounded number of clicks.
 *
 * @param names of WAVE_NAMES; all when empty
 * @param scale see WaveContext
 */
export async function runWaves(
  names: readonly string[],
  scale: number,
  report: (line: string) => void,
): Promise<BenchOutcome> {
  report('waves: starting a product …');
  const { product, dispose } = await startMeasuredProduct();
  const store = new ClickStore(product);
  const folder = mkdtempSync(join(tmpdir(), 'trellis-bench-waves-'));
  try {
    const templatesFile = join(folder, 'templates.json');
    writeTemplates(templatesFile, requestTemplates(makeVisits(VISITORS)));
    const rows: BenchRow[] = [];
    for (const [name, wave] of Object.entries(WAVES)) {
      if (names.length === 0 || names.includes(name)) {
        report(`waves: ${name} …`);
        rows.push(...(await wave({ product, store, templatesFile, folder, scale, report })));
      }
    }
    return { rows, leftOut: [] };
  } finally {
    await store.close();
    await dispose();
    rmSync(folder, { recursive: true });
  }
}
