import { Badge, Group, Tooltip } from '@mantine/core';
import { formatScore } from '../../parts/format.ts';
import type { LiveEvent } from './arrivals.ts';

/** From where on the API counts a click as suspicious. */
const SUSPICIOUS_ABOVE = 0.8;

/** What is unusual about an event, in words. */
export function EventBadges({ event }: { event: LiveEvent }) {
  const why = `Fraud score ${formatScore(event.fraud_score)}${
    event.fraud_reasons.length === 0 ? '' : `: ${event.fraud_reasons.join(', ')}`
  }`;
  return (
    <Group gap={4} wrap="nowrap">
      {event.is_blocked && (
        <Tooltip label={why}>
          <Badge variant="light" color="red" size="sm" tabIndex={0}>
            Blocked
          </Badge>
        </Tooltip>
      )}
      {!event.is_blocked && event.fraud_score > SUSPICIOUS_ABOVE && (
        <Tooltip label={why}>
          <Badge variant="filled" color="orange.5" autoContrast size="sm" tabIndex={0}>
            Suspicious
          </Badge>
        </Tooltip>
      )}
      {event.is_bot && (
        <Badge variant="light" color="gray" size="sm">
          Robot
        </Badge>
      )}
      {event.is_unique && !event.is_bot && (
        <Badge variant="light" size="sm">
          New visitor
        </Badge>
      )}
    </Group>
  );
}
