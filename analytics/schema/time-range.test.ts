import { describe, expect, it } from 'vitest';
import {
  hasWholeHours,
  localDate,
  parseInstant,
  parseTimeRange,
  startOfDayMs,
  TimeRangeError,
} from './time-range.ts';

const NOW = Date.UTC(2024, 5, 1, 12);
const iso = (text: string, timezone = 'UTC') =>
  new Date(parseInstant(text, timezone, 'start')).toISOString();

describe('a time range', () => {
  it('takes a bare date for its midnight in the time zone', () => {
    expect(iso('2024-03-01')).toBe('2024-03-01T00:00:00.000Z');
    expect(iso('2024-03-01', 'America/New_York')).toBe('2024-03-01T05:00:00.000Z');
    expect(iso('2024-07-01', 'America/New_York')).toBe('2024-07-01T04:00:00.000Z');
    expect(iso('2024-07-01', 'Asia/Kathmandu')).toBe('2024-06-30T18:15:00.000Z');
  });

  it('lets an offset in the text decide over the time zone', () => {
    expect(iso('2024-03-01T00:00:00+02:00', 'America/New_York')).toBe('2024-02-29T22:00:00.000Z');
    expect(iso('2024-03-01T10:30:45.123Z', 'Asia/Tokyo')).toBe('2024-03-01T10:30:45.123Z');
    expect(iso('2024-03-01T10:30', 'Asia/Tokyo')).toBe('2024-03-01T01:30:00.000Z');
  });

  it('knows the days on which clocks change', () => {
    // Berlin skips 02:00 to 03:00 on 31 March, and has 02:00 to 03:00 twice on 27 October.
    expect(iso('2024-03-31T01:59', 'Europe/Berlin')).toBe('2024-03-31T00:59:00.000Z');
    expect(iso('2024-03-31T02:30', 'Europe/Berlin')).toBe('2024-03-31T01:00:00.000Z');
    expect(iso('2024-03-31T03:00', 'Europe/Berlin')).toBe('2024-03-31T01:00:00.000Z');
    expect(iso('2024-10-27T02:30', 'Europe/Berlin')).toBe('2024-10-27T00:30:00.000Z');
    expect(iso('2024-10-27T03:00', 'Europe/Berlin')).toBe('2024-10-27T02:00:00.000Z');
    // Cairo's clocks went from 00:00 to 01:00: that day begins at 01:00.
    expect(iso('2024-04-26', 'Africa/Cairo')).toBe('2024-04-25T22:00:00.000Z');
    const days = ['2024-03-31', '2024-10-27'].map((start, index) => {
      const end = ['2024-04-01', '2024-10-28'][index];
      const range = parseTimeRange({ start, end, timezone: 'Europe/Berlin' }, NOW);
      return (range.endMs - range.startMs) / 3_600_000;
    });
    expect(days).toEqual([23, 25]);
  });

  it('ends now and begins 30 days before its end unless it says otherwise', () => {
    expect(parseTimeRange({}, NOW)).toEqual({
      startMs: NOW - 30 * 86_400_000,
      endMs: NOW,
      timezone: 'UTC',
    });
  });

  it('spells the time zone as usual', () => {
    expect(parseTimeRange({ timezone: 'europe/berlin' }, NOW).timezone).toBe('Europe/Berlin');
  });

  it('that makes no sense is refused with the field at fault', () => {
    for (const [path, text] of [
      ['start', { start: 'yesterday' }],
      ['start', { start: '2024-02-30' }],
      ['start', { start: '2024-01-01T24:30' }],
      ['start', { start: '0001-01-01' }],
      ['end', { start: '2024-01-01', end: '+275760-09-13' }],
      ['end', { start: '2024-01-01', end: '2024-01-01' }],
      ['start', { start: '2024-06-02' }],
      ['timezone', { timezone: 'Mars/Olympus' }],
      ['timezone', { timezone: '+02:00' }],
      ['timezone', { timezone: "UTC') OR (1" }],
    ] as const) {
      expect(() => parseTimeRange(text, NOW)).toThrow(TimeRangeError);
      expect(() => parseTimeRange(text, NOW)).toThrow(expect.objectContaining({ path }));
    }
  });
});

describe('a local day', () => {
  it('begins at its midnight and has its date', () => {
    const instantMs = Date.UTC(2024, 9, 27, 22, 30);
    expect(localDate(instantMs, 'Europe/Berlin')).toBe('2024-10-27');
    expect(new Date(startOfDayMs(instantMs, 'Europe/Berlin')).toISOString()).toBe(
      '2024-10-26T22:00:00.000Z',
    );
    expect(localDate(instantMs, 'Asia/Tokyo')).toBe('2024-10-28');
  });
});

describe('the hours of a zone', () => {
  it('are those of UTC, but for zones that are some minutes off, always or in summer', () => {
    const [start, end] = [Date.UTC(2024, 0, 1), Date.UTC(2025, 0, 1)];
    const whole = (zone: string) => hasWholeHours(zone, start, end);
    expect(['UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu'].map(whole)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    // Half an hour of summer time.
    expect(whole('Australia/Lord_Howe')).toBe(false);
    expect(hasWholeHours('Australia/Lord_Howe', Date.UTC(2024, 0, 1), Date.UTC(2024, 2, 1))).toBe(
      true,
    );
  });
});
