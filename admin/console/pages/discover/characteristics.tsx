import { Badge, Group, Stack, Text, Tooltip, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './discover.module.css';
import type { Pattern } from './search.ts';

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const DIRECT = 'direct';

/** What the events of a pattern have in common. What they do not, is not shown. */
export function Characteristics({
  of: { source, device_types, countries, time_patterns },
}: {
  of: Pattern['characteristics'];
}) {
  const { peak_hours, peak_days } = time_patterns;
  return (
    <Stack gap={8} component="dl" m={0}>
      <Fact name="Comes by">
        {source.length === 0 ? (
          <Text size="sm">any site</Text>
        ) : (
          <Badges
            values={source.map((host) =>
              host === DIRECT ? 'no site, typed or from an app' : host,
            )}
          />
        )}
      </Fact>
      {device_types.length > 0 && (
        <Fact name="Devices">
          <Badges values={device_types} />
        </Fact>
      )}
      {countries.length > 0 && (
        <Fact name="Countries">
          <Badges values={countries.map(countryName)} />
        </Fact>
      )}
      {peak_hours.length > 0 && (
        <Fact name="Hours">
          <Strip
            all={HOURS.map((hour) => ({
              id: String(hour),
              text: hour % 6 === 0 ? String(hour) : '',
            }))}
            chosen={peak_hours.map(String)}
            words={hourRanges(peak_hours)}
          />
        </Fact>
      )}
      {peak_days.length > 0 && (
        <Fact name="Days">
          <Strip
            all={DAYS.map((day) => ({ id: day, text: day.slice(0, 2) }))}
            chosen={peak_days}
            words={peak_days.map(capitalized).join(', ')}
          />
        </Fact>
      )}
    </Stack>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={classes.fact}>
      <Text component="dt" size="sm" c="dimmed">
        {name}
      </Text>
      <dd className={classes.value}>{children}</dd>
    </div>
  );
}

function Badges({ values }: { values: readonly string[] }) {
  return (
    <Group gap={4}>
      {values.map((value) => (
        <Badge key={value} variant="default" tt="none" fw={500}>
          {value}
        </Badge>
      ))}
    </Group>
  );
}

/** Hours or days in their order; the pattern's are filled, and named for those who do not see it. */
function Strip({
  all,
  chosen,
  words,
}: {
  all: ReadonlyArray<{ id: string; text: string }>;
  chosen: readonly string[];
  words: string;
}) {
  return (
    <Tooltip label={words}>
      <div>
        <VisuallyHidden>{words}</VisuallyHidden>
        <div className={classes.strip} aria-hidden>
          {all.map(({ id, text }) => (
            <div key={id} className={classes.slot}>
              <div className={classes.cell} data-chosen={chosen.includes(id) || undefined} />
              <span className={classes.mark}>{text}</span>
            </div>
          ))}
        </div>
      </div>
    </Tooltip>
  );
}

/** 18, 19, 20, 23 → `18 to 21 o'clock, 23 to 24 o'clock`. */
function hourRanges(hours: readonly number[]): string {
  const sorted = [...hours].sort((a, b) => a - b);
  const ranges: Array<{ from: number; to: number }> = [];
  for (const hour of sorted) {
    const last = ranges.at(-1);
    if (last !== undefined && last.to === hour) {
      last.to = hour + 1;
    } else {
      ranges.push({ from: hour, to: hour + 1 });
    }
  }
  return ranges.map(({ from, to }) => `${from} to ${to} o'clock`).join(', ');
}

const REGIONS = new Intl.DisplayNames(undefined, { type: 'region' });

function countryName(code: string): string {
  try {
    return REGIONS.of(code) ?? code;
  } catch (error) {
    // What is no code of a country is shown as it is.
    if (error instanceof RangeError) {
      return code;
    }
    throw error;
  }
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
