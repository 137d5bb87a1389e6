import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { ApiProblem } from '../../../api/problem.ts';
import { ErrorPanel } from '../../../parts/error-panel.tsx';
import type { AlertGroup } from './groups.ts';
import { useResolve } from './queries.ts';

/** Closes the alerts of an address with a reason. */
export function ResolveDialog({
  group: { address, alerts },
  isOpen,
  onClose,
}: {
  group: AlertGroup;
  isOpen: boolean;
  onClose: () => void;
}) {
  const [reason, setReason] = useState('');
  const resolve = useResolve();
  const fieldError =
    resolve.error instanceof ApiProblem ? resolve.error.errorAt('/body/reason') : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const open = alerts.filter(({ status }) => status === 'open');
    resolve.mutate({ alerts: open, reason: reason.trim() }, { onSuccess: onClose });
  };
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      closeButtonProps={{ 'aria-label': 'Close' }}
      title={`Resolve alerts about ${address}`}
      centered
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm">
            {alerts.length === 1 ? 'One alert' : `${alerts.length} alerts`} of this hour. A block
            that came with them stays until it ends or is removed.
          </Text>
          <TextInput
            label="Reason"
            description="For those who read the alert later"
            required
            data-autofocus
            maxLength={500}
            value={reason}
            error={fieldError}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          {resolve.error !== null && fieldError === undefined && (
            <ErrorPanel error={resolve.error} />
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={resolve.isPending} disabled={reason.trim() === ''}>
              Resolve
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
