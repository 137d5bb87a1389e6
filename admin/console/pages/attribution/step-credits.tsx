import { Box, Group, Progress, Text } from '@mantine/core';
import { formatMoney, formatPercent } from '../../parts/format.ts';
import type { UserColumn } from './models.ts';
import type { Step } from './steps.ts';

/** What each model gives one touchpoint, as amount, share and bar. */
export function StepCredits({
  credits,
  columns,
  currency,
}: {
  credits: NonNullable<Step['credits']>;
  columns: readonly UserColumn[];
  currency: string;
}) {
  return (
    <Group gap="md" mt={6} role="list" aria-label="Credit by model">
      {columns.map(({ model, label }) => {
        const credit = credits.get(model);
        return (
          <Box key={model} role="listitem" w={128}>
            <Text size="xs" c="dimmed">
              {label}
            </Text>
            <Text size="sm" fw={600} className="figures">
              {credit === undefined ? '…' : formatMoney(credit.value, currency)}
              {credit !== undefined && (
                <Text span size="xs" c="dimmed" fw={400}>
                  {' '}
                  {formatPercent(credit.percent, 1)}
                </Text>
              )}
            </Text>
            <Progress value={credit?.percent ?? 0} size={4} aria-hidden />
          </Box>
        );
      })}
    </Group>
  );
}
