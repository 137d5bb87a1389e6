import { Badge, Group, Text, Tooltip } from '@mantine/core';
import { formatScore } from '../../parts/format.ts';

export type DetectedPattern = { pattern: string; confidence: number };

const PATTERNS: Readonly<Record<string, readonly [name: string, meaning: string]>> = {
  click_flood: ['Click flood', 'More clicks in an hour than people make'],
  single_agent: ['Single agent', 'Many clicks of one user agent, at regular times'],
  rapid_fire: ['Rapid fire', 'Clicks faster than anybody looks at a page'],
  agent_swarm: ['Agent swarm', 'One user agent clicks from many addresses, often from each'],
};

/** What people call a pattern. */
export function patternName(pattern: string): string {
  return PATTERNS[pattern]?.[0] ?? pattern;
}

/** Which patterns an address showed, and how surely. */
export function Patterns({ patterns }: { patterns: readonly DetectedPattern[] }) {
  return patterns.length === 0 ? (
    <Text size="sm" c="dimmed">
      none
    </Text>
  ) : (
    <Group gap={4}>
      {patterns.map(({ pattern, confidence }) => (
        <Tooltip key={pattern} label={PATTERNS[pattern]?.[1] ?? pattern}>
          <Badge variant="default" tt="none" fw={500} tabIndex={0} className="figures">
            {patternName(pattern)} {formatScore(confidence)}
          </Badge>
        </Tooltip>
      ))}
    </Group>
  );
}
