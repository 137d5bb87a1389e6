import { Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';

export type PageProps = {
  title: string;
  /** One sentence below the title. */
  hint?: ReactNode;
  /** Buttons and pickers beside the title. */
  actions?: ReactNode;
  children: ReactNode;
};

/** What every page begins with. */
export function Page({ title, hint, actions, children }: PageProps) {
  useDocumentTitle(`${title} · Trellis`);
  return (
    <Stack gap="md" maw={1440} mx="auto">
      <Group justify="space-between" align="flex-end" gap="sm">
        <div>
          <Title order={1} size="h2">
            {title}
          </Title>
          {hint !== undefined && (
            <Text c="dimmed" size="sm" component="div">
              {hint}
            </Text>
          )}
        </div>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
