import { Group, Select } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { useUrlFilters } from './url-state.ts';

/** What reports are asked about: ISO dates or times, `end` exclusive, of the reader's time zone. */
export type Period = { start: string; end: string; timezone: string };

const DAY_MS = 86_400_000;
const PRESETS = [
  { value: 'today', label: 'Today', days: 1 },
  { value: '7d', label: 'Last 7 days', days: 7 },
  { value: '30d', label: 'Last 30 days', days: 30 },
  { value: '90d', label: 'Last 90 days', days: 90 },
  { value: '120d', label: 'Last 4 months', days: 120 },
] as const;
const CUSTOM = 'custom';

/** The day of a time in the reader's time zone: `2026-06-15`. */
export function dayOf(timeMs: number): string {
  const time = new Date(timeMs);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

/** The reader's time zone, IANA. */
export const TIMEZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/**
 * The period that the address names, and what changes it.
 *
 * @param fallback value of one of the presets: `today`, `7d`, `30d`, `90d`, `120d`
 */
export function usePeriod(fallback = '30d') {
  const [{ period, from, to }, set] = useUrlFilters(['period', 'from', 'to']);
  const isCustom = from !== '' && to !== '';
  const chosen = isCustom ? CUSTOM : period === '' ? fallback : period;
  const days = PRESETS.find(({ value }) => value === chosen)?.days ?? 30;
  const range: Period = isCustom
    ? { start: from, end: dayAfter(to), timezone: TIMEZONE }
    : {
        start: dayOf(Date.now() - (days - 1) * DAY_MS),
        end: dayOf(Date.now() + DAY_MS),
        timezone: TIMEZONE,
      };
  return { range, chosen, from, to, set };
}

/** Lets the reader choose a period; it is kept in the address. */
export function PeriodPicker({ state }: { state: ReturnType<typeof usePeriod> }) {
  const { chosen, from, to, range, set } = state;
  return (
    <Group gap="xs">
      <Select
        aria-label="Period"
        w={150}
        allowDeselect={false}
        data={[
          ...PRESETS.map(({ value, label }) => ({ value, label })),
          { value: CUSTOM, label: 'From … to …' },
        ]}
        value={chosen}
        onChange={(value) =>
          set(
            value === CUSTOM
              ? { period: '', from: range.start, to: dayOf(Date.now()) }
              : { period: value ?? '', from: '', to: '' },
          )
        }
      />
      {chosen === CUSTOM && (
        <DatePickerInput
          type="range"
          w={230}
          value={[from, to]}
          maxDate={dayOf(Date.now())}
          allowSingleDateInRange
          onChange={([first, last]) => {
            if (first !== null && last !== null) {
              set({ from: first, to: last });
            }
          }}
        />
      )}
    </Group>
  );
}

/** Ends are exclusive: the reader's last day is still in it. */
function dayAfter(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return dayOf(new Date(year, month - 1, date + 1).getTime());
}
