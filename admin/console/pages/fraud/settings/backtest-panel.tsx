import { Button, Card, Group, Select, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { ErrorPanel } from '../../../parts/error-panel.tsx';
import { BacktestResult } from './backtest-result.tsx';
import type { TestedSettings, useBacktest } from './queries.ts';

const DAYS = [
  { value: '1', label: 'Last 24 hours' },
  { value: '3', label: 'Last 3 days' },
  { value: '7', label: 'Last 7 days' },
];

/** Tries the thresholds above out on stored clicks. Nothing is changed by it. */
export function BacktestPanel({
  settings,
  test,
}: {
  settings: TestedSettings;
  test: ReturnType<typeof useBacktest>;
}) {
  const [days, setDays] = useState('1');
  const isNew = Object.keys(settings).length > 0;
  const isOutdated =
    test.data !== undefined && JSON.stringify(test.data.tried) !== JSON.stringify(settings);
  return (
    <Card component="section" aria-label="Backtest">
      <Stack gap="sm">
        <Group justify="space-between" align="flex-end" gap="sm">
          <div>
            <Title order={2} size="h5">
              Backtest
            </Title>
            <Text size="sm" c="dimmed">
              {isNew
                ? 'What the thresholds above would have found, beside those that hold now.'
                : 'What the thresholds find in stored clicks. Change some above to compare.'}
            </Text>
          </div>
          <Group gap="xs">
            <Select
              aria-label="Days of the backtest"
              w={150}
              allowDeselect={false}
              data={DAYS}
              value={days}
              onChange={(value) => setDays(value ?? '1')}
            />
            <Button
              variant="light"
              loading={test.isPending}
              onClick={() => test.mutate({ settings, days: Number(days) })}
            >
              Try them out
            </Button>
          </Group>
        </Group>
        {test.error !== null && <ErrorPanel error={test.error} />}
        {isOutdated && (
          <Text size="sm" role="status">
            The thresholds have changed since; try them out again.
          </Text>
        )}
        {test.data !== undefined && <BacktestResult comparison={test.data} />}
      </Stack>
    </Card>
  );
}
