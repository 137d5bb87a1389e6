import { Alert, Button, Card, List, SimpleGrid, Stack, Title } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { Answered } from '../../parts/answered.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Figure } from '../../parts/figure.tsx';
import { formatCount, formatMoney } from '../../parts/format.ts';
import { JourneyTimeline } from './journey-timeline.tsx';
import type { OneUser, UserColumn } from './models.ts';

/** What is known about one user: figures, remarks, the journey. */
export function UserAnswer({
  userId,
  columns,
  query,
  onLeave,
}: {
  userId: string;
  columns: readonly UserColumn[];
  query: UseQueryResult<OneUser, Error>;
  onLeave: () => void;
}) {
  return (
    <Answered query={query} height={420}>
      {(answer) => (
        <Stack gap="md">
          <Figures answer={answer} />
          {answer.events_cut && (
            <Alert variant="light" color="yellow">
              This user has so many events that only the latest are looked at.
            </Alert>
          )}
          {answer.insights.length > 0 && <Insights insights={answer.insights} />}
          <JourneyTimeline
            {...{ userId, columns, currency: answer.currency }}
            empty={
              <Empty
                title="Nobody with this id has come by"
                hint="Check the id, or choose one of the recent conversions."
              >
                <Button variant="default" onClick={onLeave}>
                  Recent conversions
                </Button>
              </Empty>
            }
          />
        </Stack>
      )}
    </Answered>
  );
}

function Figures({ answer }: { answer: OneUser }) {
  const { currency } = answer;
  const unconverted = answer.unconverted.map((one) => formatMoney(one.value, one.currency));
  const notes = [
    ...(answer.unattributed_value > 0
      ? [`${formatMoney(answer.unattributed_value, currency)} without any touchpoint`]
      : []),
    ...(unconverted.length > 0 ? [`${unconverted.join(', ')} without a rate, beside it`] : []),
  ];
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }}>
      <Figure label="Touchpoints with credit" value={formatCount(answer.touchpoints.length)} />
      <Figure label="Conversions" value={formatCount(answer.conversions.length)} />
      <Figure
        label="Value"
        value={formatMoney(answer.total_value, currency)}
        {...(notes.length === 0 ? {} : { hint: notes.join('; ') })}
      />
    </SimpleGrid>
  );
}

function Insights({ insights }: { insights: readonly string[] }) {
  return (
    <Card component="section" aria-labelledby="insights-title">
      <Title order={2} size="h4" id="insights-title" mb={4}>
        What stands out
      </Title>
      <List size="sm">
        {insights.map((insight) => (
          <List.Item key={insight}>{insight}</List.Item>
        ))}
      </List>
    </Card>
  );
}
