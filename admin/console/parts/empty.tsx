import { Center, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** Says that there is nothing yet, and what to do about it. */
export function Empty({
  title,
  hint,
  children,
}: {
  title: string;
  hint?: ReactNode;
  /** Buttons that do it. */
  children?: ReactNode;
}) {
  return (
    <Center py="xl" px="md">
      <Stack align="center" gap="xs" maw={460}>
        <Title order={2} size="h4" ta="center">
          {title}
        </Title>
        {hint !== undefined && (
          <Text c="dimmed" size="sm" ta="center" component="div">
            {hint}
          </Text>
        )}
        {children}
      </Stack>
    </Center>
  );
}
