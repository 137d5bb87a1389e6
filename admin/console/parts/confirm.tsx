import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** Asks before something that cannot be taken back, or that visitors notice at once. */
export function Confirm({
  title,
  children,
  action,
  isOpen,
  isBusy = false,
  color = 'red',
  onConfirm,
  onClose,
}: {
  title: string;
  /** What will happen, in a sentence. */
  children: ReactNode;
  /** The verb on the button. */
  action: string;
  isOpen: boolean;
  isBusy?: boolean;
  color?: string;
  onConfirm: () => void;
  onClose: () => void;
}) {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={title}
      centered
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="md">
        <Text size="sm" component="div">
          {children}
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
          <Button color={color} loading={isBusy} onClick={onConfirm}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
