import { Badge, Button, Group, Select, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { paths } from '../../../client/index.ts';
import { api, dataOf } from '../../api/client.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { formatAgo, formatMoney, formatTime } from '../../parts/format.ts';
import { useUrlFilters } from '../../parts/url-state.ts';

type Answer = paths['/api/v1/conversions']['get']['responses'][200]['content']['application/json'];
type Conversion = Answer['conversions'][number];
type Question = NonNullable<paths['/api/v1/conversions']['get']['parameters']['query']>;

const ROWS = 20;
const REFRESH_MS = 10_000;

const COLUMNS: ReadonlyArray<Column<Conversion>> = [
  { id: 'received', title: 'Received', cell: (row) => formatTime(row.created_at) },
  { id: 'event', title: 'Event', cell: (row) => row.conversion_event },
  {
    id: 'value',
    title: 'Value',
    isFigure: true,
    cell: (row) => formatMoney(row.conversion_value, row.currency),
  },
  { id: 'order', title: 'Order', cell: (row) => <Literal text={row.order_id} /> },
  { id: 'campaign', title: 'Campaign', cell: (row) => <Literal text={row.campaign_id ?? ''} /> },
  { id: 'click', title: 'Click', cell: (row) => <Literal text={row.click_id} /> },
  { id: 'state', title: 'State', cell: (row) => <State conversion={row} /> },
];

/** All conversions, newest first, by what the address says. */
export function Ledger() {
  const [filters, setFilters] = useUrlFilters(['matched', 'click_id', 'order_id']);
  const query = useInfiniteQuery({
    queryKey: ['conversions', 'ledger', filters],
    refetchInterval: REFRESH_MS,
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }: Answer) => next_cursor ?? undefined,
    queryFn: ({ pageParam }): Promise<Answer> =>
      dataOf(api.GET('/api/v1/conversions', { params: { query: questionOf(filters, pageParam) } })),
  });
  const rows = query.data?.pages.flatMap(({ conversions }) => conversions) ?? [];
  const isFiltered = Object.values(filters).some((value) => value !== '');
  return (
    <Stack gap="xs">
      <Filters filters={filters} onChange={setFilters} />
      {query.error !== null && (
        <ErrorPanel error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.isSuccess && rows.length === 0 ? (
        <Nothing
          isFiltered={isFiltered}
          onClear={() => setFilters({ matched: '', click_id: '', order_id: '' })}
        />
      ) : (
        <DataTable
          label="Conversions"
          columns={COLUMNS}
          rows={rows}
          rowKey={(row) => row.event_id}
          minWidth={860}
        />
      )}
      {query.hasNextPage && (
        <Button
          variant="default"
          style={{ alignSelf: 'center' }}
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          Show older ones
        </Button>
      )}
    </Stack>
  );
}

type FilterName = 'matched' | 'click_id' | 'order_id';

function Filters({
  filters,
  onChange,
}: {
  filters: Record<FilterName, string>;
  onChange: (changes: Partial<Record<FilterName, string>>) => void;
}) {
  return (
    <Group gap="xs" align="flex-end">
      <Select
        label="Click"
        w={170}
        allowDeselect={false}
        value={filters.matched}
        onChange={(value) => onChange({ matched: value ?? '' })}
        data={[
          { value: '', label: 'Found or not' },
          { value: 'true', label: 'Found' },
          { value: 'false', label: 'Not found' },
        ]}
      />
      <TextInput
        label="Click id"
        placeholder="Whole"
        value={filters.click_id}
        onChange={(event) => onChange({ click_id: event.currentTarget.value.trim() })}
      />
      <TextInput
        label="Order id"
        placeholder="Whole"
        value={filters.order_id}
        onChange={(event) => onChange({ order_id: event.currentTarget.value.trim() })}
      />
    </Group>
  );
}

function Nothing({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  return isFiltered ? (
    <Empty title="No conversion is like that" hint="Ids are compared as a whole, letter by letter.">
      <Button variant="default" onClick={onClear}>
        Show all
      </Button>
    </Empty>
  ) : (
    <Empty
      title="No conversion has been reported yet"
      hint="Give the postback URL below to the merchant or the network. Try it there first."
    />
  );
}

function Literal({ text }: { text: string }) {
  return text === '' ? (
    <Text span c="dimmed">
      –
    </Text>
  ) : (
    <span className="literal">{text}</span>
  );
}

/** Whether it has its click, or why not and what happens next. */
function State({ conversion }: { conversion: Conversion }) {
  const { label, color, hint } = stateOf(conversion);
  return (
    <Tooltip label={hint} multiline maw={320}>
      <Badge variant="light" color={color} tabIndex={0} tt="none">
        {label}
      </Badge>
    </Tooltip>
  );
}

function stateOf({ matched, unmatched_reason, next_look_at, publication }: Conversion) {
  if (publication === 'refused') {
    return {
      label: 'Refused',
      color: 'red',
      hint: 'ClickHouse does not take it: it is in no report.',
    };
  }
  if (matched) {
    return publication === 'published'
      ? { label: 'Matched', color: 'trellis', hint: 'Its click was found, and reports have it.' }
      : {
          label: 'Matched',
          color: 'trellis',
          hint: 'Its click was found; reports follow in seconds.',
        };
  }
  switch (unmatched_reason) {
    case 'not_looked_for':
      return { label: 'New', color: 'gray', hint: 'Its click is looked for in the next seconds.' };
    case 'search_ended':
      return {
        ...{ label: 'No click', color: 'orange' },
        hint: 'No click with this id was recorded in 90 days. It counts, without a campaign.',
      };
    default:
      return {
        ...{ label: 'Waiting', color: 'yellow' },
        hint: `No click with this id is recorded yet. It is looked for again${next_look_at === null ? '' : ` ${formatAgo(next_look_at)}`}, for 90 days in all. Does the network send back the id that the redirect gave it?`,
      };
  }
}

/** Without the members that say nothing: the API refuses empty ones. */
function questionOf(filters: Record<FilterName, string>, cursor: string): Question {
  const given = Object.entries({ ...filters, cursor }).filter(([, value]) => value !== '');
  return { limit: ROWS, ...(Object.fromEntries(given) as Omit<Question, 'limit'>) };
}
