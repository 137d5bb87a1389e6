import { expect, test } from 'vitest';
import { isTimezone, parseDate } from './timezone.ts';

test.each([
  'UTC',
  'Europe/Berlin',
  'Asia/Kolkata',
  'Asia/Calcutta',
  'US/Pacific',
  'Etc/GMT+5',
  'EST5EDT',
])('%s is a time zone', (name) => {
  expect(isTimezone(name)).toBe(true);
});

test.each([
  '',
  'utc',
  'EUROPE/BERLIN',
  'US/PACIFIC',
  'ASIA/Kolkata',
  '+01:00',
  'Mars/Olympus',
  "UTC'",
])("'%s' is none that ClickHouse knows", (name) => {
  expect(isTimezone(name)).toBe(false);
});

test('dates are days that exist, counted from 1970', () => {
  expect(parseDate('1970-01-02')).toBe(1);
  expect(parseDate('2024-02-29')).toBe(19_782);
  for (const none of ['2023-02-29', '2024-13-01', '2024-1-1', '2024-01-01T00:00', '']) {
    expect([none, parseDate(none)]).toEqual([none, null]);
  }
});
