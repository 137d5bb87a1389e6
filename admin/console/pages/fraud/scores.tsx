import { Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import { api, dataOf } from '../../api/client.ts';
import { Answered } from '../../parts/answered.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { formatAgo, formatCount, formatTime } from '../../parts/format.ts';
import { useUrlFilters } from '../../parts/url-state.ts';
import { addressColumns, judgementColumns, menuColumn } from './address-columns.tsx';
import { asQuery, ShowMore, useList } from './pages.tsx';
import { formatInterval, rhythmOf } from './window.ts';

const PAGE_ROWS = 100;
const REFRESH_MS = 10_000;
const TYPING_MS = 400;
const CONFIDENCES = [
  { value: '', label: 'All that were detected' },
  { value: '0.8', label: 'Suspicious, above 0.8' },
  { value: '0.95', label: 'Above 0.95' },
];

/** Addresses that showed a pattern within a day, the newest judgement of each. */
export function Scores() {
  const [{ address, min }, setFilters] = useUrlFilters(['address', 'min']);
  const minConfidence = CONFIDENCES.some(({ value }) => value === min) ? min : '';
  const list = useList(
    ['fraud', 'scores', address, minConfidence],
    async (cursor) => {
      const query = {
        limit: PAGE_ROWS,
        ...(address === '' ? {} : { address }),
        ...(minConfidence === '' ? {} : { min_confidence: Number(minConfidence) }),
        ...(cursor === undefined ? {} : { cursor }),
      };
      const page = await dataOf(api.GET('/api/v1/fraud/scores', { params: { query } }));
      return { rows: page.scores, next_cursor: page.next_cursor };
    },
    REFRESH_MS,
  );
  return (
    <Stack gap="sm">
      <Group gap="sm" align="flex-end">
        <AddressFilter address={address} onChange={(text) => setFilters({ address: text })} />
        <Select
          label="Confidence"
          w={220}
          allowDeselect={false}
          data={CONFIDENCES}
          value={minConfidence}
          onChange={(value) => setFilters({ min: value ?? '' })}
        />
      </Group>
      <Answered
        query={asQuery(list)}
        isEmpty={(scores) => scores.length === 0}
        empty={
          <Empty
            title="Nothing detected"
            hint="No address has shown a pattern within a day, or none that fits these filters."
          />
        }
      >
        {(scores) => <ScoreTable scores={scores} />}
      </Answered>
      <ShowMore list={list} />
    </Stack>
  );
}

type Score = Awaited<ReturnType<typeof askForScores>>[number];

async function askForScores() {
  return (await dataOf(api.GET('/api/v1/fraud/scores'))).scores;
}

function ScoreTable({ scores }: { scores: readonly Score[] }) {
  return (
    <DataTable
      label="Scores by address"
      minWidth={980}
      rows={scores}
      rowKey={({ address }) => address}
      columns={[
        ...addressColumns<Score>((row) => row.address),
        ...judgementColumns<Score>(),
        {
          id: 'clicks',
          title: 'Clicks',
          isFigure: true,
          cell: ({ window }) => formatCount(window.clicks),
        },
        {
          id: 'agents',
          title: 'Agents',
          isFigure: true,
          cell: ({ window }) => formatCount(window.agents),
        },
        {
          id: 'interval',
          title: 'One each',
          isFigure: true,
          cell: ({ window }) => (
            <Text size="sm" title={rhythmOf(window.interval_variation)}>
              {formatInterval(window.mean_interval_ms)}
            </Text>
          ),
        },
        {
          id: 'rhythm',
          title: 'Rhythm',
          cell: ({ window }) => rhythmOf(window.interval_variation),
        },
        {
          id: 'seen',
          title: 'Detected',
          cell: ({ updated_at }) => (
            <Text size="sm" title={formatTime(updated_at)} style={{ whiteSpace: 'nowrap' }}>
              {formatAgo(updated_at)}
            </Text>
          ),
        },
        menuColumn<Score>((row) => row.address),
      ]}
    />
  );
}

function AddressFilter({
  address,
  onChange,
}: {
  address: string;
  onChange: (text: string) => void;
}) {
  const [typed, setTyped] = useState(address);
  const settle = useDebouncedCallback((text: string) => onChange(text.trim()), TYPING_MS);
  return (
    <TextInput
      label="Address"
      placeholder="All"
      autoComplete="off"
      w={240}
      value={typed}
      onChange={({ currentTarget: { value } }) => {
        setTyped(value);
        settle(value);
      }}
    />
  );
}
