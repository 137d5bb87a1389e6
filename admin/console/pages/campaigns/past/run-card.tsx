import { Badge, Button, Card, Group, Progress, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf } from '../../../api/client.ts';
import { Confirm } from '../../../parts/confirm.tsx';
import { ErrorPanel } from '../../../parts/error-panel.tsx';
import { formatCount, formatPercent, formatTime } from '../../../parts/format.ts';
import { useMay } from '../../../shell/session.ts';
import type { Run } from '../types.ts';

const STATUSES: Readonly<Record<Run['status'], readonly [label: string, color: string]>> = {
  queued: ['Waits for its turn', 'gray'],
  running: ['At work', 'indigo'],
  cancelling: ['Being cancelled', 'orange'],
  cancelled: ['Cancelled', 'orange'],
  done: ['Done', 'teal'],
  undoing: ['Being undone', 'orange'],
  undone: ['Undone', 'gray'],
  failed: ['Failed', 'red'],
};
const WORKING: ReadonlySet<Run['status']> = new Set(['running', 'cancelling', 'undoing']);
const CANCELLABLE: ReadonlySet<Run['status']> = new Set(['queued', 'running']);
const UNDOABLE: ReadonlySet<Run['status']> = new Set(['done', 'cancelled', 'failed']);

/** One run: how far it is, what it has claimed, and how to end or undo it. */
export function RunCard({ run }: { run: Run }) {
  const [label, color] = STATUSES[run.status];
  return (
    <Card component="article" padding="sm" aria-label={`Run ${run.run_id}`}>
      <Stack gap="xs">
        <Group justify="space-between" gap="xs">
          <Group gap="xs">
            <Badge variant="dot" color={color} tt="none">
              {label}
            </Badge>
            <Text size="sm">
              {formatTime(run.time_range.start)} to {formatTime(run.time_range.end)}
            </Text>
          </Group>
          <RunButtons run={run} />
        </Group>
        {WORKING.has(run.status) && (
          <Group gap="sm" wrap="nowrap">
            <Progress
              flex={1}
              value={run.progress * 100}
              color={color}
              aria-label={`Progress of run ${run.run_id}`}
            />
            <Text size="sm" className="figures" w={56} ta="right">
              {formatPercent(run.progress * 100, 0)}
            </Text>
          </Group>
        )}
        <Text size="sm" className="figures">
          {formatCount(run.events_attributed)} of about {formatCount(run.events_total_estimate)}{' '}
          clicks and visits, {formatCount(run.conversions_attributed)} conversions
        </Text>
        {run.error !== null && (
          <Text size="sm" c={run.status === 'failed' ? 'red' : 'orange'}>
            {run.status === 'failed' ? 'Failed: ' : 'The last step is tried again: '}
            {run.error}
          </Text>
        )}
        <Text size="xs" c="dimmed">
          <span className="literal">{run.run_id}</span> · asked for {formatTime(run.created_at)} by{' '}
          <span className="literal">{run.requested_by}</span>
          {run.finished_at !== null && ` · over ${formatTime(run.finished_at)}`}
        </Text>
      </Stack>
    </Card>
  );
}

function RunButtons({ run }: { run: Run }) {
  const mayWrite = useMay('campaigns:write');
  const [isAsking, setAsking] = useState(false);
  const { cancel, undo } = useEndings(run, () => setAsking(false));
  const error = cancel.error ?? undo.error;
  if (!mayWrite) {
    return null;
  }
  return (
    <>
      {CANCELLABLE.has(run.status) && (
        <Button
          size="xs"
          variant="default"
          loading={cancel.isPending}
          onClick={() => cancel.mutate()}
        >
          Cancel
        </Button>
      )}
      {UNDOABLE.has(run.status) && (
        <Button size="xs" variant="default" onClick={() => setAsking(true)}>
          Undo
        </Button>
      )}
      {error !== null && <ErrorPanel error={error} />}
      <Confirm
        title="Undo this run?"
        action="Undo"
        isOpen={isAsking}
        isBusy={undo.isPending}
        onConfirm={() => undo.mutate()}
        onClose={() => setAsking(false)}
      >
        {formatCount(run.events_attributed)} clicks and visits and{' '}
        {formatCount(run.conversions_attributed)} conversions will have no campaign again. What
        other runs have claimed stays.
      </Confirm>
    </>
  );
}

function useEndings(run: Run, onEnd: () => void) {
  const queries = useQueryClient();
  const request = { params: { path: { id: run.campaign_id, run: run.run_id } } };
  const onSettled = () => {
    onEnd();
    return queries.invalidateQueries({ queryKey: ['campaigns', 'runs', run.campaign_id] });
  };
  const cancel = useMutation({
    onSettled,
    mutationFn: () =>
      dataOf(api.POST('/api/v1/campaigns/{id}/retroactive/runs/{run}/cancel', request)),
  });
  const undo = useMutation({
    onSettled,
    mutationFn: () =>
      dataOf(api.POST('/api/v1/campaigns/{id}/retroactive/runs/{run}/undo', request)),
  });
  return { cancel, undo };
}
