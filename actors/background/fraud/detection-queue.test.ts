import { expect, it } from 'vitest';
import type { BlockConfig } from '../../../core/fraud/block.ts';
import type { Detection } from '../../../core/fraud/detection.ts';
import { DetectionQueue, type PendingDetection } from './detection-queue.ts';

function pending(
  number: number,
  changes: Partial<Detection> = {},
  block: BlockConfig | null = null,
): PendingDetection {
  const detection: Detection = {
    ...{ organizationId: 'org_one', address: `10.0.0.${number}`, country: '', userAgent: '' },
    ...{ confidence: 0.9, patterns: [], detectedAtMs: number, version: 1 },
    window: { clicks: 1, agents: 1, clickIds: 1, meanIntervalMs: 0, intervalVariation: 0 },
    ...changes,
  };
  return { detection, block };
}

function block(number: number): BlockConfig {
  return {
    ...{ block_id: `blk_${number}`, organization_id: 'org_one', kind: 'block' },
    ...{ network: `10.0.0.${number}/32`, until_ms: 1, removed: false },
  };
}

const addresses = (taken: PendingDetection[]) => taken.map(({ detection }) => detection.address);

it('what is told of an address that waits is joined to it, in whatever order it comes', () => {
  const flood = { pattern: 'click_flood', confidence: 0.9 } as const;
  const slow = { pattern: 'single_agent', confidence: 0.5 } as const;
  const rapid = { pattern: 'rapid_fire', confidence: 0.7 } as const;
  const earlier = pending(
    1,
    { detectedAtMs: 1, confidence: 0.97, patterns: [flood, slow] },
    block(1),
  );
  const later = pending(1, {
    ...{ detectedAtMs: 2, confidence: 0.8, country: 'DE' },
    patterns: [{ ...flood, confidence: 0.8 }, rapid],
  });
  for (const order of [
    [earlier, later],
    [later, earlier],
  ]) {
    const queue = new DetectionQueue(10);
    for (const one of order) {
      queue.add(one);
    }
    const [joined, ...rest] = queue.take(10);
    expect(rest).toEqual([]);
    expect(joined?.block).toEqual(block(1));
    expect(joined?.detection).toMatchObject({ detectedAtMs: 2, confidence: 0.97, country: 'DE' });
    expect(new Set(joined?.detection.patterns)).toEqual(new Set([flood, slow, rapid]));
  }
});

it('blocks go first, and a full queue gives up the oldest of what is only reported', () => {
  const queue = new DetectionQueue(3);
  queue.add(pending(1));
  queue.add(pending(2));
  queue.add(pending(3, {}, block(3)));
  queue.add(pending(4, {}, block(4)));
  expect([queue.size, queue.dropped]).toEqual([3, 1]);
  expect(queue.blocks(10)).toEqual([block(3), block(4)]);
  queue.add(pending(5, {}, block(5)));
  queue.add(pending(6, {}, block(6)));
  expect([queue.size, queue.dropped]).toEqual([3, 3]);
  expect(addresses(queue.take(2))).toEqual(['10.0.0.4', '10.0.0.5']);
  expect(addresses(queue.take(9))).toEqual(['10.0.0.6']);
  expect(queue.take(1)).toEqual([]);
});
