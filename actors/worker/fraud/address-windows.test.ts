import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { WindowStats } from '../../../core/fraud/detection.ts';
import { addressOf } from '../../../core/rules/address/ip-address.ts';
import { Random } from '../../../core/rules/testing/random.ts';
import { AddressKey } from './address-key.ts';
import { AddressWindows } from './address-windows.ts';
import { BUCKET_MS } from './full-windows.ts';
import { KeyTable } from './key-table.ts';

const NOON_MS = 1_718_452_800_000;
const LIMITS = { addressesMax: 4_096, fullMax: 1_024 };

type Click = { atMs: number; agent: number; clickId: number };

/** What the window of five-minute steps holds, by keeping everything. */
class NaiveWindow {
  readonly #clicks: Click[] = [];

  note(click: Click): WindowStats {
    this.#clicks.push(click);
    const startMs = (Math.floor(click.atMs / BUCKET_MS) - 11) * BUCKET_MS;
    const live = this.#clicks.filter(({ atMs }) => atMs >= startMs);
    const intervals = live.slice(1).map(({ atMs }, index) => atMs - (live[index]?.atMs ?? 0));
    const mean = intervals.reduce((sum, value) => sum + value, 0) / Math.max(1, intervals.length);
    const squares = intervals.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const deviation = Math.sqrt(squares / Math.max(1, intervals.length));
    const given = live.filter(({ clickId }) => clickId >= 0);
    return {
      clicks: live.length,
      agents: new Set(live.map(({ agent }) => agent)).size,
      clickIds: new Set(given.map(({ clickId }) => clickId)).size + live.length - given.length,
      meanIntervalMs: mean,
      intervalVariation: mean > 0 ? deviation / mean : 0,
    };
  }
}

function keyOf(ip: string): AddressKey {
  const key = new AddressKey();
  if (!key.take(addressOf(ip))) {
    throw new Error(`${ip} is no address`);
  }
  return key;
}

/** A click of one address, one agent and no click id. */
function click(windows: AddressWindows, ip: string, atMs: number, organization = 0): WindowStats {
  windows.note(windows.placeOf(organization), keyOf(ip), 7, -1, false, atMs);
  return windows.stats;
}

describe('windows are the same as those of a model that keeps everything', () => {
  it.each([1, 2, 3, 4, 5, 6])('under random clicks (%i)', (seed) => {
    const random = new Random(seed);
    const windows = new AddressWindows(LIMITS);
    const model = new Map<string, NaiveWindow>();
    // The pace of each address changes with time, so that windows fill, thin out and empty.
    let atMs = NOON_MS;
    for (let round = 0; round < 2_500; round++) {
      const pause = random.pick([3, 128, 1_024, 4_096, 30_720, 400_000]);
      atMs += random.below(50) === 0 ? pause * 2 ** random.below(5) : pause;
      // Long intervals of an address's first clicks are kept in steps of 128 ms.
      atMs = pause < 128 ? atMs : Math.ceil(atMs / 128) * 128;
      const ip = `198.51.100.${Math.floor(random.next() ** 3 * 8)}`;
      const organization = random.below(2);
      const sent = {
        atMs,
        agent: 1 + random.below(random.pick([1, 2, 9])),
        clickId: random.pick([-1, 1 + random.below(8)]),
      };
      const name = `${organization} ${ip}`;
      const naive = model.get(name) ?? new NaiveWindow();
      model.set(name, naive);
      const place = windows.placeOf(organization);
      windows.note(place, keyOf(ip), sent.agent, sent.clickId, false, sent.atMs);
      const expected = naive.note(sent);
      const { clicks, agents, clickIds, meanIntervalMs, intervalVariation } = windows.stats;
      const where = `click ${round}`;
      expect({ clicks, agents, clickIds }, where).toEqual({
        clicks: expected.clicks,
        agents: expected.agents,
        clickIds: expected.clickIds,
      });
      expect(Math.abs(meanIntervalMs - expected.meanIntervalMs), where).toBeLessThan(129);
      expect(Math.abs(intervalVariation - expected.intervalVariation), where).toBeLessThan(0.01);
    }
    expect(windows.evictions).toBe(0);
  });
});

describe('a window', () => {
  it('forgets clicks after an hour and not before 55 minutes', () => {
    const windows = new AddressWindows(LIMITS);
    for (let second = 0; second < 30; second++) {
      click(windows, '198.51.100.1', NOON_MS + second * 1_000);
    }
    expect(click(windows, '198.51.100.1', NOON_MS + 55 * 60_000 - 1).clicks).toBe(31);
    expect(click(windows, '198.51.100.1', NOON_MS + 60 * 60_000).clicks).toBe(2);
  });

  it('has no interval before its first click, also when the ones before have left it', () => {
    const windows = new AddressWindows(LIMITS);
    for (let index = 0; index < 10; index++) {
      click(windows, '198.51.100.1', NOON_MS + index);
    }
    click(windows, '198.51.100.1', NOON_MS + 50 * 60_000);
    const stats = click(windows, '198.51.100.1', NOON_MS + 65 * 60_000);
    expect(stats).toMatchObject({ clicks: 2, meanIntervalMs: 15 * 60_000, intervalVariation: 0 });
  });

  it('takes the absolute value of an interval when the clock goes back', () => {
    const windows = new AddressWindows(LIMITS);
    for (let index = 0; index < 10; index++) {
      click(windows, '198.51.100.1', NOON_MS + 60_000 + index * 1_000);
    }
    const stats = click(windows, '198.51.100.1', NOON_MS);
    expect(stats.clicks).toBe(11);
    expect(stats.meanIntervalMs).toBeCloseTo((9 * 1_000 + 69_000) / 10);
  });

  it('is one for all addresses of an IPv6 subscriber, and for each organisation its own', () => {
    const windows = new AddressWindows(LIMITS);
    click(windows, '2001:db8:1:2::1', NOON_MS);
    expect(click(windows, '2001:db8:1:2:3::9', NOON_MS + 5).clicks).toBe(2);
    expect(click(windows, '2001:db8:1:3::1', NOON_MS + 5).clicks).toBe(1);
    expect(click(windows, '2001:db8:1:2::1', NOON_MS + 5, 1).clicks).toBe(1);
    expect(keyOf('2001:db8:1:2:3::9').text()).toBe('2001:db8:1:2::/64');
    expect(keyOf('198.51.100.7').text()).toBe('198.51.100.7');
    expect(new AddressKey().take(addressOf(''))).toBe(false);
  });

  it('estimates many agents to a tenth', () => {
    const windows = new AddressWindows(LIMITS);
    const place = windows.placeOf(0);
    const random = new Random(9);
    const agents = Array.from({ length: 400 }, () => random.below(65_536));
    for (let index = 0; index < 2_000; index++) {
      const agent = agents[index % 400] as number;
      const id = 1 + random.below(65_535);
      windows.note(place, keyOf('198.51.100.1'), agent, id, false, NOON_MS + index * 1_800);
    }
    expect(windows.stats.clicks).toBe(2_000);
    expect(Math.abs(windows.stats.agents - 400)).toBeLessThan(40);
    expect(windows.stats.clickIds).toBeGreaterThan(1_000);
  });

  it('knows whether all of its clicks are of declared bots', () => {
    const windows = new AddressWindows(LIMITS);
    const note = (isDeclaredBot: boolean, atMs: number) =>
      windows.full.onlyDeclaredBots(
        windows.note(0, keyOf('198.51.100.1'), 1, -1, isDeclaredBot, atMs),
      );
    note(true, NOON_MS);
    note(true, NOON_MS + 1);
    note(true, NOON_MS + 2);
    expect(note(true, NOON_MS + 3)).toBe(true);
    expect(note(false, NOON_MS + 4)).toBe(false);
    expect(note(true, NOON_MS + 50 * 60_000)).toBe(false);
    expect(note(true, NOON_MS + 61 * 60_000)).toBe(true);
  });
});

describe('memory', () => {
  const address = (number: number) => `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;

  it('never holds more addresses than its limit, and keeps those that click', () => {
    const windows = new AddressWindows({ addressesMax: 500, fullMax: 100 });
    for (let round = 0; round < 20_000; round++) {
      click(windows, address(round), NOON_MS + round);
      if (round % 20 === 0) {
        click(windows, '192.0.2.1', NOON_MS + round);
      }
    }
    expect(windows.size).toBe(500);
    expect(windows.evictions).toBe(20_001 - 500);
    expect(click(windows, '192.0.2.1', NOON_MS + 20_000).clicks).toBe(1_001);
  });

  it('of an organisation with a flood of addresses makes room for the others', () => {
    const windows = new AddressWindows({ addressesMax: 1_000, fullMax: 200 });
    for (let number = 0; number < 200; number++) {
      for (let index = 0; index < 4; index++) {
        click(windows, address(number), NOON_MS + index, 1);
      }
    }
    for (let round = 0; round < 10_000; round++) {
      click(windows, address(round), NOON_MS + 10 + round, 2);
      click(windows, address(round), NOON_MS + 11 + round, 2);
      click(windows, address(round), NOON_MS + 12 + round, 2);
      click(windows, address(round), NOON_MS + 13 + round, 2);
    }
    const clicks = Array.from({ length: 200 }, (_, number) =>
      click(windows, address(number), NOON_MS + 20_000, 1),
    ).map((stats) => stats.clicks);
    expect(new Set(clicks)).toEqual(new Set([5]));
    expect(windows.full.pool.used).toBe(200);
  });

  it('is found without looking at many others, however full it is', () => {
    const windows = new AddressWindows({ addressesMax: 2_000, fullMax: 400 });
    const looks = vi.spyOn(KeyTable.prototype, 'idleMs');
    onTestFinished(() => looks.mockRestore());
    let looksMax = 0;
    for (let round = 0; round < 20_000; round++) {
      // Every seventh click is of an address with a full window, and the hour passes twice.
      const number = round % 7 === 0 ? round % 600 : round;
      click(windows, address(number), NOON_MS + round * 360, number % 3);
      looksMax = Math.max(looksMax, looks.mock.calls.length);
      looks.mockClear();
    }
    expect(windows.evictions).toBeGreaterThan(10_000);
    expect(looksMax).toBeGreaterThan(10);
    expect(looksMax).toBeLessThan(64);
  });

  it('of addresses that have gone is swept', () => {
    const windows = new AddressWindows(LIMITS);
    for (let number = 0; number < 1_000; number++) {
      for (let index = 0; index < 1 + (number % 6); index++) {
        click(windows, address(number), NOON_MS + index);
      }
    }
    click(windows, address(3), NOON_MS + 30 * 60_000);
    windows.sweep(NOON_MS + 61 * 60_000, 400);
    windows.sweep(NOON_MS + 61 * 60_000, 400);
    windows.sweep(NOON_MS + 61 * 60_000, 400);
    expect(windows.size).toBe(1);
    expect(windows.full.pool.used).toBe(1);
    expect(click(windows, address(3), NOON_MS + 62 * 60_000).clicks).toBe(2);
  });
});

describe('after a restart', () => {
  const seed = {
    organization: 3,
    address: '2001:db8:1:2::/64',
    clicks: 59,
    agents: 1,
    clickIds: 59,
    firstMs: NOON_MS - 59 * 60_000,
    lastMs: NOON_MS - 60_000,
    intervalVariation: 0.1,
  };

  it('windows go on where they were', () => {
    const windows = new AddressWindows(LIMITS);
    windows.seed([seed], NOON_MS);
    const stats = click(windows, '2001:db8:1:2::5', NOON_MS, 3);
    expect(stats.clicks).toBeGreaterThanOrEqual(55);
    expect(stats.clicks).toBeLessThanOrEqual(60);
    expect(stats.agents).toBe(1);
    expect(Math.abs(stats.meanIntervalMs - 60_000)).toBeLessThan(1_000);
    expect(Math.abs(stats.intervalVariation - 0.1)).toBeLessThan(0.02);
    expect(click(windows, '2001:db8:1:2::5', NOON_MS + 59 * 60_000, 3).clicks).toBeLessThan(9);
  });

  it('what came in before the seed is not lost', () => {
    const windows = new AddressWindows(LIMITS);
    for (let index = 0; index < 6; index++) {
      click(windows, '2001:db8:1:2::5', NOON_MS + index * 60_000, 3);
    }
    windows.seed([{ ...seed, lastMs: NOON_MS - 1 }], NOON_MS + 6 * 60_000);
    const { clicks } = click(windows, '2001:db8:1:2::5', NOON_MS + 6 * 60_000, 3);
    expect(clicks).toBeGreaterThanOrEqual(55);
    expect(clicks).toBeLessThanOrEqual(66);
  });

  it('seeds that are too old or no addresses are left out', () => {
    const windows = new AddressWindows(LIMITS);
    windows.seed([{ ...seed, address: 'x' }, seed], NOON_MS + 3_600_000);
    expect(windows.size).toBe(0);
  });
});
