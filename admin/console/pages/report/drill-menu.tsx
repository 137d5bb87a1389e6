import { Anchor, Menu } from '@mantine/core';
import { DIMENSIONS, labelOf, showValue, type Value } from './dimensions.ts';

/** What has no sense beside the dimension that was looked into. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  month: [],
  week: ['month'],
  day: ['week', 'month', 'weekday'],
  hourly: ['day', 'week', 'month', 'hour', 'weekday'],
};

/** A row's value; a click on it asks by what its events shall be grouped next. */
export function DrillMenu({
  dimension,
  value,
  grouping,
  filtered,
  onDrill,
}: {
  dimension: string;
  value: Value;
  grouping: readonly string[];
  /** Fields that one value has been chosen of already. */
  filtered: readonly string[];
  onDrill: (next: string | undefined) => void;
}) {
  const hidden = [dimension, ...grouping, ...filtered, ...(SAME[dimension] ?? [])];
  const others = grouping.filter((name) => name !== dimension);
  const shown = showValue(dimension, value);
  return (
    <Menu position="bottom-start" width={240} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Anchor component="button" type="button" size="sm" ta="left">
          {shown}
        </Anchor>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflowY: 'auto' }}>
        {others.length > 0 && (
          <Menu.Item onClick={() => onDrill(undefined)}>
            Only this, by {others.map((name) => labelOf(name).toLowerCase()).join(' and ')}
          </Menu.Item>
        )}
        <Menu.Label>Look into {shown} by</Menu.Label>
        {DIMENSIONS.filter((name) => !hidden.includes(name)).map((name) => (
          <Menu.Item key={name} onClick={() => onDrill(name)}>
            {labelOf(name)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
