import { Box, Button, Group, Text } from '@mantine/core';
import classes from './editor.module.css';

/** Stays in sight below the form. */
export function SaveBar({
  says,
  action,
  isBusy,
  isDisabled,
  onSave,
  onDiscard,
}: {
  says: string;
  action: string;
  isBusy: boolean;
  isDisabled: boolean;
  onSave: () => void;
  onDiscard?: (() => void) | undefined;
}) {
  return (
    <Box className={classes.savebar}>
      <Group justify="space-between">
        <Text size="sm" c="dimmed" role="status">
          {says}
        </Text>
        <Group gap="xs">
          {onDiscard !== undefined && (
            <Button variant="default" disabled={isDisabled || isBusy} onClick={onDiscard}>
              Discard
            </Button>
          )}
          <Button loading={isBusy} disabled={isDisabled} onClick={onSave}>
            {action}
          </Button>
        </Group>
      </Group>
    </Box>
  );
}
