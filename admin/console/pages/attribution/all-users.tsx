import { Alert, Card, Chip, Group, SegmentedControl, Stack, Text, Tooltip } from '@mantine/core';
import { type UseQueryResult, useQueries } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.ts';
import { Answered } from '../../parts/answered.tsx';
import { Empty } from '../../parts/empty.tsx';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { formatCount, formatMoney } from '../../parts/format.ts';
import { makeQueue } from '../../parts/in-turn.ts';
import { type Period, PeriodPicker, usePeriod } from '../../parts/period.tsx';
import { useTotals } from '../../parts/totals.ts';
import { useUrlState } from '../../parts/url-state.ts';
import { CreditChart } from './credit-chart.tsx';
import { CreditTable } from './credit-table.tsx';
import {
  type AllUsers,
  type AttributionQuery,
  type Column,
  type GroupBy,
  type Measure,
  MODELS,
  type Model,
  modelLabel,
} from './models.ts';
import { SettingInputs, settingsFor, useSettings } from './settings.tsx';

const GROUPINGS: ReadonlyArray<{ value: GroupBy; label: string }> = [
  { value: 'source', label: 'Source' },
  { value: 'medium', label: 'Medium' },
  { value: 'campaign', label: 'Campaign' },
];
const MEASURES: ReadonlyArray<{ value: Measure; label: string }> = [
  { value: 'value', label: 'Value' },
  { value: 'percent', label: 'Share' },
  { value: 'conversions', label: 'Conversions' },
];
const MODELS_DEFAULT = 'first_touch,last_touch,linear,markov,shapley';

/** What each source, medium or campaign gets of all conversions, by several models side by side. */
export function AllUsersView() {
  const period = usePeriod('30d');
  const settings = useSettings();
  const [by, setBy] = useUrlState('by', 'source');
  const [measure, setMeasure] = useUrlState('measure', 'value');
  const [chosen, setChosen] = useUrlState('models', MODELS_DEFAULT);
  const models = MODELS.filter(({ model }) => chosen.split(',').includes(model));
  const groupBy = GROUPINGS.find(({ value }) => value === by)?.value ?? 'source';
  const answers = useCredits(
    models.map(({ model }) => ({ ...settingsFor(model, settings.values), group_by: groupBy })),
    period.range,
  );
  return (
    <Stack gap="md">
      <Card>
        <Stack gap="sm">
          <Group gap="sm">
            <PeriodPicker state={period} />
            <SegmentedControl
              aria-label="Credit to"
              data={[...GROUPINGS]}
              value={groupBy}
              onChange={setBy}
            />
            <SegmentedControl
              aria-label="Shown as"
              data={[...MEASURES]}
              value={measure}
              onChange={setMeasure}
            />
          </Group>
          <ModelChips chosen={models.map(({ model }) => model)} onChange={setChosen} />
          <SettingInputs state={settings} />
        </Stack>
      </Card>
      {answers.every(({ isPending }) => isPending) && <Beforehand range={period.range} />}
      <Credits
        columns={models.map(({ model }, index) => ({ model, answer: answers[index]?.data }))}
        answers={answers}
        groupBy={groupBy}
        measure={MEASURES.find(({ value }) => value === measure)?.value ?? 'value'}
      />
    </Stack>
  );
}

/** What there is to be credited, while that takes its time. */
function Beforehand({ range }: { range: Period }) {
  const { data } = useTotals({ range, metrics: ['conversions', 'revenue'], filters: [] });
  const { conversions = 0, revenue = 0 } = data?.totals ?? {};
  return data === undefined || conversions === 0 ? null : (
    <Text size="sm" role="status">
      <b>{formatCount(conversions)}</b> conversions worth{' '}
      <b>{formatMoney(revenue, data.currency)}</b> are being credited. With many users this takes
      some seconds for each model.
    </Text>
  );
}

const inTurn = makeQueue();

/** One question for each model. */
function useCredits(queries: AttributionQuery[], range: Period) {
  return useQueries({
    queries: queries.map((query) => ({
      queryKey: ['attribution', 'all', query, range],
      queryFn: async ({ signal }) => {
        const params = { query: { ...query, ...range } };
        const answer = await inTurn(() =>
          dataOf(api.GET('/api/v1/analytics/attribution', { params, signal })),
        );
        if (!('groups' in answer)) {
          throw new Error('The service has answered for one user.');
        }
        return answer;
      },
    })),
  });
}

function ModelChips({
  chosen,
  onChange,
}: {
  chosen: readonly Model[];
  onChange: (models: string) => void;
}) {
  const change = (models: string[]) => {
    if (models.length > 0) {
      onChange(
        MODELS.filter(({ model }) => models.includes(model))
          .map(({ model }) => model)
          .join(),
      );
    }
  };
  return (
    <Chip.Group multiple value={[...chosen]} onChange={change}>
      <Group gap={6} role="group" aria-label="Models">
        {MODELS.map(({ model, label, meaning }) => (
          <Tooltip key={model} label={meaning} refProp="rootRef">
            <Chip value={model} size="sm" variant="outline">
              {label}
            </Chip>
          </Tooltip>
        ))}
      </Group>
    </Chip.Group>
  );
}

function Credits({
  columns,
  answers,
  groupBy,
  measure,
}: {
  columns: readonly Column[];
  answers: ReadonlyArray<UseQueryResult<AllUsers, Error>>;
  groupBy: GroupBy;
  measure: Measure;
}) {
  // Totals and notes are the same in all answers: the first one there tells them.
  const first = answers.find(({ data }) => data !== undefined) ?? answers[0];
  if (first === undefined) {
    return null;
  }
  return (
    <>
      {columns.map(({ model }, index) => {
        const answer = answers[index];
        return answer?.error && answer !== first ? (
          <div key={model}>
            <Text size="sm" fw={600}>
              {modelLabel(model)}
            </Text>
            <ErrorPanel error={answer.error} onRetry={() => void answer.refetch()} />
          </div>
        ) : null;
      })}
      <Answered
        query={first}
        height={480}
        isEmpty={({ conversions }) => conversions === 0}
        empty={
          <Empty
            title="No conversions in this period"
            hint="Choose a longer period. Conversions come with postbacks; the conversions page shows whether any have arrived."
          />
        }
      >
        {(answer) => (
          <Stack gap="md">
            <Summary answer={answer} />
            <CreditChart {...{ columns, measure, groupBy }} />
            <CreditTable {...{ columns, measure, groupBy }} currency={answer.currency} />
          </Stack>
        )}
      </Answered>
    </>
  );
}

function Summary({ answer }: { answer: AllUsers }) {
  const { currency, unattributed_conversions: unattributed, conversions_cut: cut } = answer;
  const unconverted = answer.unconverted.map((one) => formatMoney(one.value, one.currency));
  return (
    <Stack gap="xs">
      <Text size="sm">
        <b>{formatCount(answer.conversions)}</b> conversions worth{' '}
        <b>{formatMoney(answer.total_value, currency)}</b>
        {unattributed > 0 &&
          `, of which ${formatCount(unattributed)} worth ${formatMoney(answer.unattributed_value, currency)} had no touchpoint and are credited to nobody`}
        .{' '}
        {unconverted.length > 0 &&
          `Not in it: ${unconverted.join(', ')} in currencies without a rate.`}
      </Text>
      {cut > 0 && (
        <Alert variant="light" color="yellow">
          {formatCount(cut)} conversions are of users with so many events that only the latest
          count.
        </Alert>
      )}
    </Stack>
  );
}
