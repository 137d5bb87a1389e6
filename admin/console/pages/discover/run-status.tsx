import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Confirm } from '../../parts/confirm.tsx';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { formatAgo, formatCount } from '../../parts/format.ts';
import { useMay } from '../../shell/session.ts';
import { isWorking, type Run, useEndRun } from './runs.ts';

const WORDS: Record<Run['status'], string> = {
  queued: 'Waits for its turn',
  running: 'Attributing',
  cancelling: 'Stopping',
  cancelled: 'Cancelled',
  done: 'Done',
  undoing: 'Taking back',
  undone: 'Undone',
  failed: 'Failed',
};
const UNDOABLE: ReadonlySet<Run['status']> = new Set(['done', 'cancelled', 'failed']);
const CANCELLABLE: ReadonlySet<Run['status']> = new Set(['queued', 'running']);

/** How far a run is, what it has attributed, and what can be done about it. */
export function RunStatus({ run }: { run: Run }) {
  const isAtWork = isWorking(run);
  const percent = Math.round(run.progress * 100);
  return (
    <Stack gap={6}>
      <Group justify="space-between" gap="xs" role="status">
        <Text size="sm" fw={600}>
          {WORDS[run.status]}
          {isAtWork && run.status !== 'queued' && `, ${percent} %`}
        </Text>
        <Text size="sm" c="dimmed">
          {run.finished_at === null ? 'asked for ' : ''}
          {formatAgo(run.finished_at ?? run.created_at)}
        </Text>
      </Group>
      {isAtWork && (
        <Progress
          value={run.status === 'queued' ? 100 : Math.max(3, percent)}
          animated
          aria-label={`${WORDS[run.status]}: ${percent} %`}
        />
      )}
      <Text size="sm" className="figures">
        {run.status === 'undone'
          ? 'All of its traffic is unattributed again.'
          : `${formatCount(run.events_attributed)} clicks and visits, ${formatCount(
              run.conversions_attributed,
            )} conversions attributed.`}
      </Text>
      {run.error !== null && (
        <Text size="sm" c="red">
          {run.status === 'failed' ? run.error : `The last step is tried again: ${run.error}`}
        </Text>
      )}
      <RunActions run={run} />
    </Stack>
  );
}

function RunActions({ run }: { run: Run }) {
  const isAllowed = useMay('campaigns:write');
  const [isAsking, setAsking] = useState(false);
  const cancel = useEndRun(run, 'cancel');
  const undo = useEndRun(run, 'undo');
  const error = cancel.error ?? undo.error;
  if (!isAllowed) {
    return null;
  }
  return (
    <>
      {error !== null && <ErrorPanel error={error} />}
      <Group gap="xs">
        {CANCELLABLE.has(run.status) && (
          <Button
            size="xs"
            variant="default"
            loading={cancel.isPending}
            onClick={() => cancel.mutate()}
          >
            Cancel the run
          </Button>
        )}
        {UNDOABLE.has(run.status) && (
          <Button size="xs" variant="default" onClick={() => setAsking(true)}>
            Undo
          </Button>
        )}
      </Group>
      <Confirm
        title="Undo this run?"
        action="Undo the run"
        isOpen={isAsking}
        isBusy={undo.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => undo.mutate(undefined, { onSettled: () => setAsking(false) })}
      >
        {formatCount(run.events_attributed)} clicks and visits and{' '}
        {formatCount(run.conversions_attributed)} conversions lose the campaign and become what they
        were before. The campaign itself stays.
      </Confirm>
    </>
  );
}
