import { describe, expect, it } from 'vitest';
import { BLOCKS_PER_ORGANIZATION_MAX, blockNetwork } from '../../../../core/fraud/block.ts';
import { addressOf } from '../../../../core/rules/address/ip-address.ts';
import { parseNetwork } from '../../../../core/rules/address/network.ts';
import type { BlockUpdate } from '../../../pool/messages.ts';
import { BlockTable } from './block-table.ts';

const NOW = 1_000_000;
let nowMs = NOW;
const clock = { nowMs: () => nowMs };

function update(network: string, changes: Partial<BlockUpdate> = {}): BlockUpdate {
  return {
    ...{ organization: 1, block_id: 'blk_1', organization_id: 'org_one', kind: 'block' },
    ...{ network, until_ms: null, removed: false },
    ...changes,
  };
}

function table(...updates: BlockUpdate[]): BlockTable {
  nowMs = NOW;
  const blocks = new BlockTable(clock);
  blocks.apply(updates);
  return blocks;
}

let state = 7;
function random(below: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

/** Few different ones, so that networks contain each other and addresses hit. */
function randomAddress(): string {
  return random(2) === 0
    ? `10.${random(2)}.${random(3)}.${random(4)}`
    : `2001:db8:${random(2)}:${random(3)}::${random(3)}`;
}

function randomNetwork(): string {
  const address = randomAddress();
  const bits = address.includes(':') ? [32, 48, 64, 127, 128] : [0, 8, 22, 24, 31, 32];
  return blockNetwork(`${address}/${bits[random(bits.length)]}`) ?? '';
}

it.each([
  ['198.51.100.42', '198.51.100.42/32'],
  ['198.51.100.42/24', '198.51.100.0/24'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['2001:DB8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:3:4:5:6/128', '2001:db8:1:2:3:4:5:6/128'],
  ['2001:db8:1:2::/64', '2001:db8:1:2::/64'],
  ['2001:db8:ffff::/33', '2001:db8:8000::/33'],
  ['::ffff:198.51.100.42', '198.51.100.42/32'],
  ['::ffff:198.51.100.42/120', '198.51.100.0/24'],
])('%s is blocked as %s', (text, expected) => {
  expect(blockNetwork(text)).toBe(expected);
});

it.each(['', 'x', '1.2.3', '1.2.3.4/33', '1.2.3.4/', '1.2.3.4/-1', '::/129', '::ffff:1.2.3.4/95'])(
  '%j can not be blocked',
  (text) => {
    expect(blockNetwork(text)).toBeNull();
  },
);

describe('BlockTable', () => {
  it('knows the addresses that any of its networks has, as a search through all of them does', () => {
    for (let round = 0; round < 200; round++) {
      const blocks = table();
      const model = new Map<string, BlockUpdate>();
      for (let step = 0; step < 12; step++) {
        const network = randomNetwork();
        const removed = random(4) === 0;
        const until_ms = random(3) === 0 ? null : NOW + random(3) - 1;
        const entry = update(network, { block_id: network, removed, until_ms });
        blocks.apply([entry]);
        if (removed) {
          model.delete(network);
        } else {
          model.set(network, entry);
        }
      }
      for (let look = 0; look < 20; look++) {
        const text = randomAddress();
        const address = addressOf(text);
        const expected = [...model.values()].some(
          ({ network, until_ms }) =>
            (until_ms === null || until_ms > NOW) && parseNetwork(network)?.contains(address),
        );
        expect(blocks.isBlocked(1, address, NOW), text).toBe(expected);
        expect(blocks.isBlocked(2, address, NOW)).toBe(false);
      }
      expect(blocks.sizeOf(1)).toBe(model.size);
    }
  });

  it('an address that is never blocked is not, whatever the other list says', () => {
    const blocks = table(
      update('198.51.100.0/24'),
      update('198.51.100.42/32', { block_id: 'blk_2', kind: 'never_block' }),
    );
    expect(blocks.isBlocked(1, addressOf('198.51.100.41'), NOW)).toBe(true);
    expect(blocks.isBlocked(1, addressOf('198.51.100.42'), NOW)).toBe(false);
    expect(blocks.isNeverBlocked(1, addressOf('198.51.100.42'))).toBe(true);
    expect(blocks.isNeverBlocked(1, addressOf('198.51.100.41'))).toBe(false);
    expect(blocks.activeBlocks(NOW)).toBe(1);
  });

  it('what the thread has blocked itself holds to its last millisecond, for a whole /64', () => {
    const blocks = table();
    blocks.blockNow(1, '2001:db8:1:2::/64', NOW + 10);
    expect(blocks.isBlocked(1, addressOf('2001:db8:1:2:ffff::1'), NOW + 9)).toBe(true);
    expect(blocks.isBlocked(1, addressOf('2001:db8:1:2:ffff::1'), NOW + 10)).toBe(false);
    expect(blocks.isBlocked(1, addressOf('2001:db8:1:3::1'), NOW)).toBe(false);
    expect(blocks.isBlocked(1, addressOf(''), NOW)).toBe(false);
  });

  it('the removal of the entry that followed takes away what the thread has blocked itself', () => {
    const blocks = table();
    blocks.blockNow(1, '198.51.100.42', NOW + 10);
    const entry = update('198.51.100.42/32', { until_ms: NOW + 10 });
    blocks.apply([entry, { ...entry, removed: true }]);
    expect(blocks.isBlocked(1, addressOf('198.51.100.42'), NOW)).toBe(false);
    blocks.blockNow(1, '198.51.100.42', NOW + 10);
    // The engine heard only of the removal.
    blocks.apply([{ ...entry, removed: true }]);
    expect(blocks.isBlocked(1, addressOf('198.51.100.42'), NOW)).toBe(false);
  });

  it('the removal of an older entry leaves a newer one alone', () => {
    const blocks = table();
    blocks.blockNow(1, '198.51.100.42', NOW + 20);
    blocks.apply([update('198.51.100.42/32', { until_ms: NOW + 10, removed: true })]);
    expect(blocks.isBlocked(1, addressOf('198.51.100.42'), NOW)).toBe(true);
  });

  it('an entry can be shortened, and another node shortens none', () => {
    const blocks = table(update('198.51.100.42/32'));
    blocks.apply([update('198.51.100.42/32', { block_id: 'blk_2', until_ms: NOW + 10 })]);
    expect(blocks.isBlocked(1, addressOf('198.51.100.42'), NOW + 20)).toBe(true);
    blocks.apply([update('198.51.100.42/32', { block_id: 'blk_2', until_ms: NOW + 15 })]);
    expect(blocks.isBlocked(1, addressOf('198.51.100.42'), NOW + 20)).toBe(false);
  });

  it('expired entries are forgotten, also those of who is not looked at any more', () => {
    const blocks = table();
    for (let number = 0; number < 6_000; number++) {
      blocks.blockNow(number % 50, `10.0.${number >> 8}.${number & 255}`, NOW + 10 + (number % 2));
      blocks.blockNow(99, `2001:db8::${number.toString(16)}`, NOW + 10);
    }
    expect(blocks.activeBlocks(NOW)).toBe(12_000);
    const counts = Array.from({ length: 40 }, () => blocks.activeBlocks(NOW + 10));
    expect(counts.at(-1)).toBe(3_000);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    expect(blocks.sizeOf(99)).toBe(0);
    expect(Array.from({ length: 20 }, () => blocks.activeBlocks(NOW + 11)).at(-1)).toBe(0);
  });

  it('a full organisation refuses more, counts it, and takes them again when entries expire', () => {
    const blocks = table();
    for (let number = 0; number < BLOCKS_PER_ORGANIZATION_MAX; number++) {
      blocks.blockNow(1, `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`, NOW + 10);
    }
    expect(blocks.rejected).toBe(0);
    expect(blocks.blockNow(1, '198.51.100.42', NOW + 30_000)).toBe(false);
    blocks.apply([update('198.51.100.43/32')]);
    expect(blocks.rejected).toBe(2);
    expect(blocks.blockNow(2, '198.51.100.42', NOW + 30_000)).toBe(true);
    nowMs = NOW + 20_000;
    expect(blocks.blockNow(1, '198.51.100.42', NOW + 30_000)).toBe(true);
    expect(blocks.isBlocked(1, addressOf('198.51.100.42'), nowMs)).toBe(true);
  });

  it('no call forgets more than 512 entries, however many have expired', () => {
    const blocks = table();
    const flood = (number: number) => `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
    for (let number = 0; number < 50_000; number++) {
      blocks.blockNow(1, flood(number), NOW + 10);
    }
    nowMs = NOW + 20_000;
    let forgottenMax = 0;
    let size = blocks.sizeOf(1);
    const count = (added: number) => {
      forgottenMax = Math.max(forgottenMax, size + added - blocks.sizeOf(1));
      size = blocks.sizeOf(1);
    };
    for (let number = 50_000; number < 60_000; number++) {
      blocks.blockNow(1, flood(number), NOW + 30_000);
      count(1);
      if (number % 500 === 0) {
        blocks.activeBlocks(nowMs);
        count(0);
      }
    }
    expect(forgottenMax).toBeLessThanOrEqual(512);
    expect(size).toBeLessThan(11_024);
  });
});
