import { Alert, Card, Code, Collapse, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.ts';
import { Answered } from '../../parts/answered.tsx';
import { Empty } from '../../parts/empty.tsx';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { formatMoney } from '../../parts/format.ts';
import { Page } from '../../parts/page.tsx';
import { type Period, PeriodPicker, usePeriod } from '../../parts/period.tsx';
import { useMay } from '../../shell/session.ts';
import type { Report, ReportBody } from './api-types.ts';
import { Controls, PresetMenu } from './controls.tsx';
import { CsvButton } from './csv-button.tsx';
import type { Value } from './dimensions.ts';
import { drillInto } from './drill.ts';
import { bodyOf, type Question } from './question.ts';
import { useQuestion } from './question-state.ts';
import { ReportChart } from './report-chart.tsx';
import { ReportTable } from './report-table.tsx';

/** Any metrics by any dimensions, as the reader puts them together. */
export default function ReportPage() {
  return useMay('analytics:read') ? (
    <ReportBuilder />
  ) : (
    <Page title="Report" hint="Needs a key with the scope analytics:read.">
      {null}
    </Page>
  );
}

function ReportBuilder() {
  const period = usePeriod('30d');
  const [question, change] = useQuestion();
  const body = bodyOf(question, period.range);
  const report = useQuery({
    queryKey: ['report', body],
    placeholderData: keepPreviousData,
    queryFn: () => dataOf(api.POST('/api/v1/analytics/report', { body })),
  });
  return (
    <Page
      title="Report"
      hint="Click a value in the table to look into it."
      actions={
        <>
          <PeriodPicker state={period} />
          <PresetMenu change={change} />
          <CsvButton body={body} />
        </>
      }
    >
      <Controls question={question} change={change} />
      {report.error !== null && report.data !== undefined && <ErrorPanel error={report.error} />}
      <Answered
        query={report}
        height={480}
        isEmpty={({ rows }) => rows.length === 0}
        empty={
          <Empty
            title="Nothing happened that fits"
            hint="Choose a longer period, or remove a filter."
          />
        }
      >
        {(answer) => (
          <Answer
            {...{ answer, question, range: period.range, isOld: report.isPlaceholderData }}
            change={change}
          />
        )}
      </Answered>
      <RequestPanel body={body} />
    </Page>
  );
}

function Answer({
  answer,
  question,
  range,
  isOld,
  change,
}: {
  answer: Report;
  question: Question;
  range: Period;
  /** Whether it answers the question before, while the present one is under way. */
  isOld: boolean;
  change: ReturnType<typeof useQuestion>[1];
}) {
  const drill = (dimension: string, value: Value, next: string | undefined) => {
    const { changes, period } = drillInto(question, range, { dimension, value, next });
    change(changes, period);
  };
  const unconverted = answer.unconverted.map(({ currency, value }) => formatMoney(value, currency));
  return (
    <Stack gap="md" opacity={isOld ? 0.55 : 1} aria-busy={isOld || undefined}>
      {answer.grouping.length > 0 && (
        <ReportChart report={answer} question={question} range={range} />
      )}
      <Card>
        <ReportTable
          key={JSON.stringify(answer.grouping)}
          report={answer}
          question={question}
          onSort={(sort) => change({ sort })}
          onDrill={drill}
        />
      </Card>
      {unconverted.length > 0 && (
        <Alert variant="light" color="gray" title="Money without a rate">
          {unconverted.join(', ')} are part of no sum: their currencies have no rate to{' '}
          {answer.currency}.
        </Alert>
      )}
    </Stack>
  );
}

/** The same question for those who ask the API themselves. */
function RequestPanel({ body }: { body: ReportBody }) {
  const [isOpen, panel] = useDisclosure(false);
  return (
    <div>
      <Group>
        <UnstyledButton onClick={panel.toggle} aria-expanded={isOpen}>
          <Text size="sm" c="dimmed" td="underline">
            {isOpen ? 'Hide the request' : 'Show the request to the API'}
          </Text>
        </UnstyledButton>
      </Group>
      <Collapse expanded={isOpen}>
        <Code block mt="xs">
          {`POST /api/v1/analytics/report\n${JSON.stringify(body, null, 2)}`}
        </Code>
      </Collapse>
    </div>
  );
}
