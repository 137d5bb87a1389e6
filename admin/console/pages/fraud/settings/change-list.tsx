import { List, Stack, Text } from '@mantine/core';
import { formatCount } from '../../../parts/format.ts';
import { type FraudSettings, labelOf, testedOf } from './fields.ts';
import type { Comparison } from './queries.ts';

/** What will be different once it is saved, and what the backtest says about it. */
export function ChangeList({
  saved,
  changes,
  comparison,
}: {
  saved: FraudSettings;
  changes: Partial<FraudSettings>;
  /** Undefined: these thresholds have not been tried out. */
  comparison: Comparison | undefined;
}) {
  const names = Object.keys(changes) as Array<keyof FraudSettings>;
  const isTestable = Object.keys(testedOf(changes)).length > 0;
  return (
    <Stack gap="sm">
      <List size="sm">
        {names.map((name) => (
          <List.Item key={name}>
            {labelOf(name)}: {wordsOf(saved[name])} → <b>{wordsOf(changes[name])}</b>
          </List.Item>
        ))}
      </List>
      {isTestable && (
        <Text size="sm">
          {comparison === undefined
            ? 'These thresholds have not been tried out. The backtest tells what they would have found.'
            : `In the last ${comparison.days === 1 ? '24 hours' : `${comparison.days} days`} they would have flagged ${formatCount(comparison.after.flagged)} addresses instead of ${formatCount(comparison.before.flagged)}, and blocked ${formatCount(comparison.after.blocked)} instead of ${formatCount(comparison.before.blocked)}.`}
        </Text>
      )}
    </Stack>
  );
}

function wordsOf(value: FraudSettings[keyof FraudSettings] | undefined): string {
  if (typeof value === 'boolean') {
    return value ? 'on' : 'off';
  }
  return value === null || value === undefined ? 'none' : value.toLocaleString();
}
