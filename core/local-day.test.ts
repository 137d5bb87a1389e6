import { expect, it } from 'vitest';
import { localDay } from './local-day.ts';

const HOUR_MS = 3_600_000;
const at = (text: string) => Date.parse(text);

it.each([
  ['UTC', '2024-06-15T10:30:45.123Z', '2024-06-15T00:00:00Z', 24],
  ['Europe/Berlin', '2024-06-15T22:30:00Z', '2024-06-15T22:00:00Z', 24],
  ['Asia/Kolkata', '2024-06-15T18:29:59.999Z', '2024-06-14T18:30:00Z', 24],
  // Clocks go forward at 2:00 and back at 3:00.
  ['Europe/Berlin', '2024-03-31T10:00:00Z', '2024-03-30T23:00:00Z', 23],
  ['Europe/Berlin', '2024-10-27T10:00:00Z', '2024-10-26T22:00:00Z', 25],
  // Clocks go forward at midnight, so that the day begins at 1:00.
  ['America/Santiago', '2024-09-08T15:00:00Z', '2024-09-08T04:00:00Z', 23],
  // Clocks go back at midnight: the last hour of the day comes twice.
  ['America/Santiago', '2024-04-07T02:30:00Z', '2024-04-06T03:00:00Z', 25],
  ['America/Santiago', '2024-04-07T03:30:00Z', '2024-04-06T03:00:00Z', 25],
  // The last day before Samoa left out a whole one.
  ['Pacific/Apia', '2011-12-30T09:59:59.999Z', '2011-12-29T10:00:00Z', 24],
])('in %s, the day of %s begins at %s and has %i hours', (zone, instant, start, hours) => {
  const day = localDay(at(instant), zone);
  expect(new Date(day.startMs).toISOString()).toBe(new Date(start).toISOString());
  expect((day.endMs - day.startMs) / HOUR_MS).toBe(hours);
});

it('the first and the last millisecond belong to the same day', () => {
  const day = localDay(at('2024-10-27T10:00:00Z'), 'Europe/Berlin');
  expect(localDay(day.startMs, 'Europe/Berlin')).toEqual(day);
  expect(localDay(day.endMs - 1, 'Europe/Berlin')).toEqual(day);
  expect(localDay(day.endMs, 'Europe/Berlin').startMs).toBe(day.endMs);
});
