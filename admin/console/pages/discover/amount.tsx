import { Text } from '@mantine/core';

/** A figure with what it counts, for where there are several side by side. */
export function Amount({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text fw={650} className="figures">
        {value}
      </Text>
    </div>
  );
}
