import { Badge, Box, Card, Group, Stack, Table, Text, Title } from '@mantine/core';
import { DataTable } from '../../../parts/data-table.tsx';
import { formatPercent } from '../../../parts/format.ts';
import type { Outcome } from '../types.ts';
import { TriedRules } from './tried-rules.tsx';

const WORDS = {
  redirect: ['Sent on (302)', 'teal'],
  block: ['Blocked (403)', 'red'],
  not_found: ['Not found (404)', 'orange'],
} as const;

/** What a request would come to: the answer, why, and what every rule made of it. */
export function OutcomePanel({ outcome }: { outcome: Outcome }) {
  const [label, color] = WORDS[outcome.outcome];
  return (
    <>
      <Card component="section" aria-label="The outcome">
        <Stack gap="xs">
          <Group gap="xs">
            <Title order={2} size="h4">
              What would happen
            </Title>
            <Badge color={color} variant="dot" tt="none">
              {label}
            </Badge>
          </Group>
          <Text size="sm" role="status">
            {outcome.reason}
          </Text>
          {outcome.destination !== null && (
            <Text size="sm" className="literal">
              {outcome.destination}
            </Text>
          )}
          {outcome.tags.length > 0 && (
            <Group gap={6}>
              <Text size="sm" c="dimmed">
                Tags
              </Text>
              {outcome.tags.map((tag) => (
                <Badge key={tag} variant="default" tt="none">
                  {tag}
                </Badge>
              ))}
            </Group>
          )}
          {outcome.caps !== null && (
            <Text size="xs" c="dimmed">
              The rule is capped. It is taken to have room.
            </Text>
          )}
          {outcome.destinations.length > 1 && <Split destinations={outcome.destinations} />}
        </Stack>
      </Card>
      {outcome.rules.length > 0 && (
        <Card component="section" aria-label="Rules as they were tried">
          <Title order={2} size="h4" mb="xs">
            Rules as they were tried
          </Title>
          <TriedRules outcome={outcome} />
        </Card>
      )}
      <Visitor visitor={outcome.visitor} />
    </>
  );
}

function Split({ destinations }: { destinations: Outcome['destinations'] }) {
  return (
    <DataTable
      label="Destinations of the split"
      minWidth={320}
      rows={destinations}
      rowKey={({ url, weight, share }) => `${url} ${weight} ${share}`}
      columns={[
        {
          id: 'url',
          title: 'Destination',
          cell: ({ url, is_chosen }) => (
            <Group gap={6}>
              <span className="literal">{url}</span>
              {is_chosen && (
                <Badge size="sm" variant="light" tt="none">
                  this visitor's
                </Badge>
              )}
            </Group>
          ),
        },
        {
          id: 'share',
          title: 'Share',
          isFigure: true,
          cell: ({ share }) => formatPercent(share * 100, 1),
        },
      ]}
    />
  );
}

/** What the rules could read, as it was understood; what the visitor does not have is left out. */
function Visitor({ visitor }: { visitor: Outcome['visitor'] }) {
  const facts = Object.entries(visitor).filter(([, value]) => value !== null && value !== '');
  return (
    <Card component="section" aria-label="The visitor as understood">
      <Title order={2} size="h4" mb="xs">
        The visitor as understood
      </Title>
      <Box style={{ overflowX: 'auto' }}>
        <Table aria-label="The visitor as understood" verticalSpacing={4}>
          <Table.Tbody>
            {facts.map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" fw={400} c="dimmed" w={150}>
                  {name.replaceAll('_', ' ')}
                </Table.Th>
                <Table.Td className="literal">{String(value)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Box>
    </Card>
  );
}
