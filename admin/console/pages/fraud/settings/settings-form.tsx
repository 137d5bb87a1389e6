import { Button, Card, Group, Stack, Switch, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { ApiProblem } from '../../../api/problem.ts';
import { Confirm } from '../../../parts/confirm.tsx';
import { ErrorPanel } from '../../../parts/error-panel.tsx';
import { useMay } from '../../../shell/session.ts';
import { AnswerFields } from './answer-fields.tsx';
import { BacktestPanel } from './backtest-panel.tsx';
import { ChangeList } from './change-list.tsx';
import {
  changesOf,
  DECISION_FIELDS,
  type FraudSettings,
  PATTERN_FIELDS,
  testedOf,
} from './fields.ts';
import { NumberFields } from './number-fields.tsx';
import { type Comparison, useBacktest, useSaveSettings } from './queries.ts';

/** @param saved what holds now; what is typed is tried out and saved only when asked for */
export function SettingsForm({ saved }: { saved: FraudSettings }) {
  const isAllowed = useMay('fraud:write');
  const [changed, setChanged] = useState<Partial<FraudSettings>>({});
  const [isAsking, setAsking] = useState(false);
  const draft = { ...saved, ...changed };
  const changes = changesOf(saved, draft);
  const hasChanges = Object.keys(changes).length > 0;
  const test = useBacktest();
  const save = useSaveSettings();
  const problem = save.error instanceof ApiProblem ? save.error : undefined;
  const errorOf = (name: keyof FraudSettings) => problem?.errorAt(`/body/${name}`);
  const set = (part: Partial<FraudSettings>) => setChanged({ ...changed, ...part });
  const submit = () =>
    save.mutate(changes, {
      onSuccess: () => {
        setChanged({});
        notifications.show({
          message: 'Saved. Engines follow within a second.',
          closeButtonProps: { 'aria-label': 'Close' },
        });
      },
      onSettled: () => setAsking(false),
    });
  return (
    <Stack gap="md">
      <Card>
        <Stack gap="lg">
          <Switch
            label="Detection"
            description="Off: nothing is counted, scored or blocked by itself; blocks that exist still hold."
            checked={draft.enabled}
            disabled={!isAllowed}
            onChange={(event) => set({ enabled: event.currentTarget.checked })}
          />
          <NumberFields
            title="What is a pattern"
            fields={PATTERN_FIELDS}
            {...{ draft, set, errorOf, isAllowed }}
          />
          <NumberFields
            title="What follows"
            fields={DECISION_FIELDS}
            {...{ draft, set, errorOf, isAllowed }}
          />
          <AnswerFields {...{ draft, set, errorOf, isAllowed }} />
          {save.error !== null && <ErrorPanel error={save.error} />}
          {isAllowed ? (
            <Group gap="xs">
              <Button disabled={!hasChanges} onClick={() => setAsking(true)}>
                Save …
              </Button>
              <Button
                variant="default"
                disabled={!hasChanges}
                onClick={() => {
                  setChanged({});
                  save.reset();
                }}
              >
                Reset
              </Button>
            </Group>
          ) : (
            <Text size="sm" c="dimmed">
              Changing these needs a key with the scope fraud:write.
            </Text>
          )}
        </Stack>
      </Card>
      <BacktestPanel settings={testedOf(changes)} test={test} />
      <Confirm
        title="Save these settings?"
        action="Save"
        color="trellis"
        isOpen={isAsking}
        isBusy={save.isPending}
        onClose={() => setAsking(false)}
        onConfirm={submit}
      >
        <ChangeList saved={saved} changes={changes} comparison={upToDate(test.data, changes)} />
      </Confirm>
    </Stack>
  );
}

/** A comparison counts only for the thresholds that it tried. */
function upToDate(
  comparison: Comparison | undefined,
  changes: Partial<FraudSettings>,
): Comparison | undefined {
  return JSON.stringify(comparison?.tried) === JSON.stringify(testedOf(changes))
    ? comparison
    : undefined;
}
