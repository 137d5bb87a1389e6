import { Group, Progress, Stack, Text } from '@mantine/core';
import { formatScore } from '../../parts/format.ts';

/** The confidence of a pattern, and what that number means. */
export function Confidence({ value }: { value: number }) {
  return (
    <Stack gap={4}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600}>
          {wordFor(value)}
        </Text>
        <Text size="sm" className="figures">
          Confidence {formatScore(value)}
        </Text>
      </Group>
      <Progress value={value * 100} size="sm" aria-label={`Confidence ${formatScore(value)}`} />
      <Text size="xs" c="dimmed">
        {meaningOf(value)}
      </Text>
    </Stack>
  );
}

function wordFor(value: number): string {
  if (value >= 0.95) {
    return 'Very strong';
  }
  if (value >= 0.8) {
    return 'Strong';
  }
  return value >= 0.5 ? 'Moderate' : 'Weak';
}

/** Confidence is Yule's Q of an odds ratio, so the ratio is (1 + Q) ÷ (1 − Q): docs/discovery.md. */
function meaningOf(value: number): string {
  if (value >= 1) {
    return 'Nothing of the kind was seen elsewhere.';
  }
  const odds = (1 + value) / (1 - value);
  // A few digits after the point only where they matter; cut, because the API says "at least".
  const text = odds >= 10 ? Math.floor(odds) : Math.floor(odds * 10) / 10;
  return odds < 1.1
    ? 'Hardly more frequent here than elsewhere.'
    : `The odds are at least ${text} times those of other traffic, chance allowed for.`;
}
