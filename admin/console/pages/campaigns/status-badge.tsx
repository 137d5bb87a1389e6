import { Badge } from '@mantine/core';

const COLORS = { active: 'teal', paused: 'yellow', archived: 'gray' } as const;
const LABELS = { active: 'Active', paused: 'Paused', archived: 'Archived' } as const;

/** Whether a campaign's link works. */
export function StatusBadge({ status }: { status: keyof typeof COLORS }) {
  return (
    <Badge variant="dot" color={COLORS[status]} tt="none" style={{ flex: 'none' }}>
      {LABELS[status]}
    </Badge>
  );
}
