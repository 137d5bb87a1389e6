import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { type Discovery, discoverPatterns } from '../../analytics/discovery/discover.ts';
import { createLogger } from '../../core/logger.ts';
import { createClickHouse } from '../../stores/clickhouse/client.ts';
import { startEmbeddedClickHouse } from '../../stores/clickhouse/embedded/process.ts';
import { migrateClickHouse } from '../../stores/clickhouse/migrate.ts';
import {
  atLeast,
  atMost,
  type BenchOutcome,
  type BenchRow,
  median,
  resultHash,
} from '../micro/result.ts';
import { PLANTED_RANGE, scorePatterns } from './evaluate.ts';
import { PLANTED_GROUPS } from './planted-groups.ts';
import { insertPlantedTraffic } from './planted-traffic.ts';

const BENCH = 'discovery';
const MIN_CONFIDENCE = 0.8;
const SEARCH_SECONDS_MAX = 3;
/** Searches of the same data whose median time is given. */
const RUNS = 3;
/** Sets of pure noise. */
const NOISE_SEEDS = [101, 102, 103, 104, 105];

export type DiscoveryBenchOptions = {
  /** Events of the noise that the groups are planted in. */
  events: number;
  /** Events of the smallest group; the largest has 40 times as many. */
  groupEvents: number;
  /** Events of each set of pure noise. */
  noiseEvents: number;
  seed: number;
  report: (line: string) => void;
};

/**
 * How many of the planted groups pattern discovery finds, whether it finds anything else or anything in
 * pure noise, and how long it takes. Starts a ClickHouse of its own in a temporary folder.
 */
export async function measureDiscovery(options: DiscoveryBenchOptions): Promise<BenchOutcome> {
  const { report } = options;
  const dataDir = mkdtempSync(join(tmpdir(), 'trellis-bench-discovery-'));
  const server = await startEmbeddedClickHouse({
    dataDir,
    port: 0,
    logger: createLogger(BENCH, 'warn'),
  });
  const client = createClickHouse({ url: server.url, database: 'trellis' });
  try {
    await migrateClickHouse(server.url);
    const planted = await measurePlanted(client, options);
    report('discovery: pure noise …');
    const noise = await measureNoise(client, options);
    return { rows: [...planted, noise], leftOut: [] };
  } finally {
    await client.close();
    await server.stop();
    rmSync(dataDir, { recursive: true });
  }
}

async function measurePlanted(
  client: ClickHouseClient,
  { events, groupEvents, seed, report }: DiscoveryBenchOptions,
): Promise<BenchRow[]> {
  const organizationId = 'org_planted';
  report(`discovery: planting ${PLANTED_GROUPS.length} groups in ${events} events …`);
  const searched = await insertPlantedTraffic(client, {
    organizationId,
    seed,
    noiseEvents: events,
    groups: PLANTED_GROUPS,
    groupEventsMin: groupEvents,
  });
  report('discovery: searching …');
  const seconds: number[] = [];
  let discovery: Discovery | undefined;
  for (let run = 0; run < RUNS; run++) {
    const startedAt = performance.now();
    discovery = await discover(client, organizationId, groupEvents);
    seconds.push((performance.now() - startedAt) / 1000);
  }
  const patterns = discovery?.patterns ?? [];
  const score = await scorePatterns(client, organizationId, patterns, PLANTED_GROUPS);
  for (const name of score.missed) {
    report(`discovery: missed ${name}`);
  }
  for (const name of score.invented) {
    report(`discovery: invented ${name}`);
  }
  const parameters = `${searched} events, groups of ${groupEvents} to ${40 * groupEvents}, one in ${discovery?.searched.one_in ?? 1}, seed ${seed}`;
  const hash = resultHash(patterns.map(({ pattern_id }) => pattern_id).sort());
  const common = { bench: BENCH, parameters, hash };
  const [precision, recall] = [score.precision, score.recall];
  const time = median(seconds);
  return [
    {
      ...common,
      what: 'precision',
      value: precision,
      unit: '',
      goal: atLeast(0.95, precision, ''),
    },
    { ...common, what: 'recall', value: recall, unit: '', goal: atLeast(0.95, recall, '') },
    {
      ...common,
      what: 'search',
      value: time,
      unit: 's',
      range: [Math.min(...seconds), Math.max(...seconds)],
      goal: atMost(SEARCH_SECONDS_MAX, time, 's'),
    },
  ];
}

async function measureNoise(
  client: ClickHouseClient,
  { noiseEvents, groupEvents }: DiscoveryBenchOptions,
): Promise<BenchRow> {
  let found = 0;
  for (const seed of NOISE_SEEDS) {
    const organizationId = `org_noise_${seed}`;
    await insertPlantedTraffic(client, {
      organizationId,
      seed,
      noiseEvents,
      groups: [],
      groupEventsMin: groupEvents,
    });
    found += (await discover(client, organizationId, groupEvents)).patterns.length;
  }
  return {
    bench: BENCH,
    what: 'patterns in pure noise',
    parameters: `${NOISE_SEEDS.length} sets of ${noiseEvents} events`,
    value: found,
    unit: '',
    goal: atMost(0, found, ''),
  };
}

function discover(
  client: ClickHouseClient,
  organizationId: string,
  minTraffic: number,
): Promise<Discovery> {
  return discoverPatterns(client, {
    organizationId,
    range: PLANTED_RANGE,
    minTraffic,
    minConfidence: MIN_CONFIDENCE,
    limit: 50,
    rates: { reportingCurrency: 'USD', rates: new Map() },
    destination: 'https://shop.example/',
  });
}
