import { Group, Progress, Text } from '@mantine/core';
import { formatScore } from '../../parts/format.ts';

/** Above it an event is suspicious, and above the second an address is blocked, as settings are at first. */
const SUSPICIOUS_ABOVE = 0.8;
const BLOCKED_ABOVE = 0.95;

/** A confidence from 0 to 1 as a figure and as a bar. */
export function ConfidenceBar({ value }: { value: number }) {
  const color = value > BLOCKED_ABOVE ? 'red' : value > SUSPICIOUS_ABOVE ? 'orange' : 'gray';
  return (
    <Group gap="xs" wrap="nowrap" miw={110}>
      <Text size="sm" className="figures">
        {formatScore(value)}
      </Text>
      <Progress value={value * 100} color={color} size="sm" flex={1} miw={60} aria-hidden />
    </Group>
  );
}
