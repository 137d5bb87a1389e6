import { describe, expect, it } from 'vitest';
import { SITE_COUNT, SITE_FIRST_WORDS, SITE_SECOND_WORDS } from './catalogue/sites.ts';
import { leastEventId } from './event-ids.ts';
import { type HistoryOptions, planHistory } from './plan.ts';

const OPTIONS: HistoryOptions = {
  organizationId: 'org_acmecorp',
  events: 1_234_567,
  months: 4,
  seed: 1,
  endMs: Date.UTC(2026, 10, 24, 9, 30),
  timezone: 'America/New_York',
};

describe('the plan of a history', () => {
  it('gives each event one hour, in order, and no chunk more than one month', () => {
    const { chunks, events } = planHistory(OPTIONS);
    let next = 0;
    for (const chunk of chunks) {
      expect(chunk.first).toBe(next);
      for (const hour of chunk.hours) {
        expect(hour.first).toBe(next);
        expect(new Date(hour.startMs).getUTCMonth()).toBe(new Date(chunk.startMs).getUTCMonth());
        next += hour.count;
      }
      expect(next - chunk.first).toBe(chunk.count);
      expect(chunk.count).toBeLessThanOrEqual(400_000);
    }
    expect(next).toBe(events);
  });

  it('begins at the same day of an earlier month, or its last, and ends with a full hour', () => {
    const rangeOf = (endMs: number, months: number) => {
      const { startMs, endMs: end } = planHistory({ ...OPTIONS, endMs, months });
      return [new Date(startMs).toISOString(), new Date(end).toISOString()];
    };
    expect(rangeOf(OPTIONS.endMs, 4)).toEqual([
      '2026-07-24T09:00:00.000Z',
      '2026-11-24T09:00:00.000Z',
    ]);
    expect(rangeOf(Date.UTC(2026, 2, 31), 13)[0]).toBe('2025-02-28T00:00:00.000Z');
  });

  it('is the same for the same options and has another tag and key for any other', () => {
    const identity = (changes: Partial<HistoryOptions>) => {
      const { tag, key } = planHistory({ ...OPTIONS, ...changes });
      return `${tag} ${key}`;
    };
    expect(planHistory(OPTIONS)).toEqual(planHistory({ ...OPTIONS }));
    const others: Partial<HistoryOptions>[] = [
      ...[{ seed: 2 }, { events: 1_234_568 }, { months: 3 }, { timezone: 'UTC' }],
      ...[{ organizationId: 'org_other' }, { endMs: OPTIONS.endMs + 3_600_000 }],
    ];
    expect(new Set([{}, ...others].map(identity)).size).toBe(7);
  });

  it('follows the clock of its time zone through the change to winter time', () => {
    const { chunks } = planHistory({ ...OPTIONS, timezone: 'Europe/Berlin' });
    const hours = chunks.flatMap((chunk) => chunk.hours);
    const firstEvenings = (from: number) =>
      new Date(
        hours.find((hour) => hour.isEvening && hour.startMs >= from)?.startMs ?? 0,
      ).getUTCHours();
    expect(firstEvenings(Date.UTC(2026, 9, 21))).toBe(16);
    expect(firstEvenings(Date.UTC(2026, 9, 28))).toBe(17);
  });
});

describe('the catalogue', () => {
  it('has enough words for each site to have a name of its own', () => {
    expect(SITE_FIRST_WORDS.length * SITE_SECOND_WORDS.length).toBeGreaterThanOrEqual(SITE_COUNT);
    expect(new Set(SITE_FIRST_WORDS).size).toBe(SITE_FIRST_WORDS.length);
    expect(new Set(SITE_SECOND_WORDS).size).toBe(SITE_SECOND_WORDS.length);
  });
});

describe('ids of demo events', () => {
  it('have 16 digits and grow with the number', () => {
    expect(leastEventId('0abc1', 0)).toBe('evt_d0abc10000000000');
    expect(leastEventId('0abc1', 255) < leastEventId('0abc1', 256)).toBe(true);
    expect(leastEventId('0abc1', 999_999_999)).toMatch(/^evt_d0abc1[0-9a-f]{8}00$/);
  });
});
