import { Card, Group, Text, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatPercent } from './format.ts';

/** One number that matters, with what it is and how it has changed. */
export function Figure({
  label,
  value,
  change,
  hint,
}: {
  label: string;
  value: ReactNode;
  /** In percent against the time before; null when there was nothing to compare with. */
  change?: number | null;
  hint?: ReactNode;
}) {
  return (
    <Card>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Group gap="xs" align="baseline">
        <Text fz={28} fw={650} lh={1.25} className="figures">
          {value}
        </Text>
        {change !== undefined && change !== null && <Change percent={change} />}
      </Group>
      {hint !== undefined && (
        <Text size="xs" c="dimmed" component="div">
          {hint}
        </Text>
      )}
    </Card>
  );
}

/** Told by sign and word, not by colour alone. */
function Change({ percent }: { percent: number }) {
  const color =
    percent > 0 ? 'var(--console-better)' : percent < 0 ? 'var(--console-worse)' : 'dimmed';
  return (
    <Text size="sm" fw={600} c={color} className="figures">
      {percent > 0 ? '▲' : percent < 0 ? '▼' : ''} {formatPercent(Math.abs(percent), 1)}
      <VisuallyHidden>{percent < 0 ? ' less' : ' more'} than before</VisuallyHidden>
    </Text>
  );
}
