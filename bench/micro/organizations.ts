/** What does it take, in time and memory, to hold every organisation in one actor thread? */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createActorCountersBuffer, openActorCounters } from '../../actors/pool/actor-counters.ts';
import { updateBook } from '../../actors/pool/campaign-book.ts';
import type { OrganizationUpdate } from '../../actors/pool/messages.ts';
import { CapCounters } from '../../actors/worker/caps/cap-counters.ts';
import { CapFile } from '../../actors/worker/caps/cap-file.ts';
import { OrganizationRegistry } from '../../actors/worker/organization-registry.ts';
import { campaignText } from '../../core/configuration.ts';
import { DEFAULT_FRAUD_SETTINGS } from '../../core/fraud/settings.ts';
import { atMost, type BenchRow, resultHash, type Size } from './result.ts';
import { silentLogger } from './test-requests.ts';

const BENCH = 'organizations';
const CAMPAIGNS = 20;
const MEBIBYTE = 1_048_576;
/** design.md: 10,000 organisations with 20 campaigns each, resident. */
const RESIDENT_MIB_MAX = 1_536;
const NOW_MS = 1_718_447_445_123;

export function organizations(size: Size): BenchRow[] {
  const count = size === 'full' ? 10_000 : 20;
  const folder = mkdtempSync(join(tmpdir(), 'trellis-bench-'));
  const collectGarbage = garbageCollector();
  const parameters = `${count} organisations × ${CAMPAIGNS} campaigns`;
  const registry = new OrganizationRegistry(
    { nowMs: () => NOW_MS },
    openActorCounters(createActorCountersBuffer()),
    new CapCounters(new CapFile(folder, 0, silentLogger)),
    silentLogger,
  );
  collectGarbage();
  const before = process.memoryUsage();
  const loadMs = load(registry, count);
  const activation = activateAll(registry, count);
  rmSync(folder, { recursive: true });
  collectGarbage();
  const after = process.memoryUsage();
  if (registry.residentCount !== count) {
    throw new Error(`${registry.residentCount} of ${count} organisations are resident`);
  }
  const heapMib = (after.heapUsed - before.heapUsed) / MEBIBYTE;
  const row = (what: string, value: number, unit: string): BenchRow => ({
    bench: BENCH,
    what,
    parameters,
    value,
    unit,
  });
  return [
    row('load the configuration', loadMs, 'ms'),
    { ...row('activate and compile all', activation.ms, 'ms'), hash: activation.hash },
    {
      ...row('memory, all resident', heapMib, 'MiB'),
      goal: atMost(RESIDENT_MIB_MAX, heapMib, 'MiB'),
    },
  ];
}

/** @returns the time it takes, without that for writing the books, which another thread does */
function load(registry: OrganizationRegistry, count: number): number {
  let totalMs = 0;
  for (let number = 0; number < count; number++) {
    const update = organizationUpdate(number);
    const startedMs = performance.now();
    registry.apply([update]);
    totalMs += performance.now() - startedMs;
  }
  return totalMs;
}

function activateAll(registry: OrganizationRegistry, count: number): { ms: number; hash: string } {
  const origins: string[] = [];
  const startedMs = performance.now();
  for (let number = 0; number < count; number++) {
    const actor = registry.actor(number, NOW_MS);
    for (let campaign = 0; campaign < CAMPAIGNS; campaign++) {
      const compiled = actor?.campaign(`campaign_${campaign}`);
      if (compiled === undefined) {
        throw new Error(`campaign_${campaign} of organisation ${number} is missing`);
      }
      origins.push(compiled.id);
    }
  }
  return { ms: performance.now() - startedMs, hash: resultHash(origins) };
}

function organizationUpdate(number: number): OrganizationUpdate {
  const organizationId = `org_${number}`;
  return {
    number,
    organization: {
      organization_id: organizationId,
      name: `Organisation ${number}`,
      cookies: true,
      fallback_url: `https://www.customer-${number}.example.com/`,
      currency: 'USD',
      fraud: DEFAULT_FRAUD_SETTINGS,
    },
    campaigns: updateBook(
      null,
      Array.from({ length: CAMPAIGNS }, (_, campaign) =>
        campaignText({
          organization_id: organizationId,
          campaign_id: `campaign_${campaign}`,
          name: `Campaign ${campaign} of ${number}`,
          status: 'active',
          timezone: 'UTC',
          rules: [],
          default_action: {
            type: 'redirect',
            destination: `https://www.customer-${number}.example.com/offer/${campaign}?click={click_id}&c={campaign_id}`,
            passthrough: ['source', 'sub1'],
            tags: ['bench'],
          },
        }),
      ),
    ),
  };
}

/** A full collection, which only a flag makes available. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') {
    throw new Error('this runtime has no gc function');
  }
  return () => {
    collect();
  };
}
