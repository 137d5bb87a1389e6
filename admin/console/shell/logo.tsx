import { Group, Text } from '@mantine/core';

/** The mark and the name. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <Group gap="xs" wrap="nowrap">
      <img src="/icon.svg" width={size} height={size} alt="" />
      <Text fw={700} size={size > 30 ? 'xl' : 'lg'} style={{ letterSpacing: '-0.01em' }}>
        Trellis
      </Text>
    </Group>
  );
}
