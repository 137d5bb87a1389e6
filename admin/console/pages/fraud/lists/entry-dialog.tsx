import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import { notifications } from '@mantine/notifications';
import { type FormEvent, useState } from 'react';
import { ApiProblem } from '../../../api/problem.ts';
import { ErrorPanel } from '../../../parts/error-panel.tsx';
import { type ListKind, useAddEntry } from './lists.ts';

const HOUR_MS = 3_600_000;
const FOREVER = 'forever';
const CUSTOM = 'custom';
const DURATIONS = [
  { value: '24', label: 'One day' },
  { value: '168', label: 'Seven days' },
  { value: '720', label: '30 days' },
  { value: FOREVER, label: 'Until it is removed' },
  { value: CUSTOM, label: 'Until …' },
];

const WORDS = {
  block: {
    title: 'Block an address or network',
    action: 'Block',
    done: 'is blocked',
    duration: '24',
  },
  never_block: {
    title: 'Never block an address or network',
    action: 'Add',
    done: 'is never scored or blocked',
    duration: FOREVER,
  },
} as const satisfies Record<ListKind, Record<string, string>>;

type EntryDialogProps = {
  kind: ListKind;
  /** What the fields hold at first. */
  network?: string;
  reason?: string;
  isOpen: boolean;
  onClose: () => void;
};

/** Adds an entry to one of the lists. Engines follow within a second. */
export function EntryDialog({ isOpen, onClose, kind, ...first }: EntryDialogProps) {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      closeButtonProps={{ 'aria-label': 'Close' }}
      title={WORDS[kind].title}
      centered
    >
      <EntryForm kind={kind} onClose={onClose} {...first} />
    </Modal>
  );
}

function EntryForm({
  kind,
  network: firstNetwork = '',
  reason: firstReason = '',
  onClose,
}: Omit<EntryDialogProps, 'isOpen'>) {
  const words = WORDS[kind];
  const [network, setNetwork] = useState(firstNetwork);
  const [reason, setReason] = useState(firstReason);
  const [duration, setDuration] = useState<string>(words.duration);
  const [until, setUntil] = useState<string | null>(null);
  const add = useAddEntry(kind);
  const problem = add.error instanceof ApiProblem ? add.error : undefined;
  const errors = {
    network: problem?.errorAt('/body/network'),
    reason: problem?.errorAt('/body/reason'),
    until: problem?.errorAt('/body/until'),
  };
  const isElsewhere = Object.values(errors).every((message) => message === undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const body = {
      network: network.trim(),
      reason: reason.trim(),
      until: untilOf(duration, until),
    };
    add.mutate(body, {
      onSuccess: () => {
        notifications.show({
          message: `${body.network} ${words.done}.`,
          closeButtonProps: { 'aria-label': 'Close' },
        });
        onClose();
      },
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="Address or network"
          description="198.51.100.7, 198.51.100.0/24 or 2001:db8::/48"
          required
          data-autofocus
          autoComplete="off"
          value={network}
          error={errors.network}
          onChange={(event) => setNetwork(event.currentTarget.value)}
        />
        <TextInput
          label="Reason"
          description="For those who read the list later"
          required
          maxLength={500}
          value={reason}
          error={errors.reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Select
          label="How long"
          allowDeselect={false}
          data={DURATIONS}
          value={duration}
          error={duration === CUSTOM ? undefined : errors.until}
          onChange={(value) => setDuration(value ?? FOREVER)}
        />
        {duration === CUSTOM && (
          <DateTimePicker
            label="Until"
            required
            minDate={new Date()}
            value={until}
            error={errors.until}
            onChange={setUntil}
          />
        )}
        {add.error !== null && isElsewhere && <ErrorPanel error={add.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            loading={add.isPending}
            disabled={
              network.trim() === '' ||
              reason.trim() === '' ||
              (duration === CUSTOM && until === null)
            }
          >
            {words.action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** @param until local time as the picker writes it, `2026-06-15 18:00:00` */
function untilOf(duration: string, until: string | null): string | null {
  if (duration === FOREVER) {
    return null;
  }
  return duration === CUSTOM && until !== null
    ? new Date(until.replace(' ', 'T')).toISOString()
    : new Date(Date.now() + Number(duration) * HOUR_MS).toISOString();
}
