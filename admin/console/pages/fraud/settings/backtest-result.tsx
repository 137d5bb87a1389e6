import { Stack, Text, Title } from '@mantine/core';
import { DataTable } from '../../../parts/data-table.tsx';
import { formatCount, formatTime } from '../../../parts/format.ts';
import { addressColumns, judgementColumns } from '../address-columns.tsx';
import { patternName } from '../patterns.tsx';
import type { Backtest, Comparison } from './queries.ts';

type Line = { id: string; label: string; before: number; after: number };

/** Figures with the thresholds that hold and with those tried, and the addresses behind them. */
export function BacktestResult({
  comparison: { before, after, tried },
}: {
  comparison: Comparison;
}) {
  const isCompared = Object.keys(tried).length > 0;
  return (
    <Stack gap="md">
      <Text size="sm" role="status">
        {formatCount(after.clicks)} clicks of {formatCount(after.addresses)} addresses from{' '}
        {formatTime(after.start)} to {formatTime(after.end)}.
        {after.truncated && ' There were more addresses than are counted here.'}
      </Text>
      <DataTable
        label="What would have been found"
        minWidth={280}
        rows={linesOf(before, after)}
        rowKey={({ id }) => id}
        columns={[
          { id: 'label', title: '', cell: ({ label }) => label },
          { id: 'before', title: 'Now', isFigure: true, cell: (line) => formatCount(line.before) },
          ...(isCompared
            ? [
                {
                  id: 'after',
                  title: 'Tried out',
                  isFigure: true,
                  cell: (line: Line) => <b>{formatCount(line.after)}</b>,
                },
                {
                  id: 'difference',
                  title: 'Difference',
                  isFigure: true,
                  cell: (line: Line) => signed(line.after - line.before),
                },
              ]
            : []),
        ]}
      />
      {after.first.length > 0 && (
        <Stack gap="xs">
          <Title order={3} size="h6">
            Addresses with the most confidence
          </Title>
          <AddressTable rows={after.first} />
        </Stack>
      )}
    </Stack>
  );
}

type Address = Backtest['first'][number];

function AddressTable({ rows }: { rows: readonly Address[] }) {
  return (
    <DataTable
      label="Addresses with the most confidence"
      minWidth={860}
      rows={rows}
      rowKey={({ address, country }) => `${address} ${country}`}
      columns={[
        ...addressColumns<Address>(({ address }) => address),
        ...judgementColumns<Address>(),
        { id: 'clicks', title: 'Clicks', isFigure: true, cell: (row) => formatCount(row.clicks) },
        {
          id: 'blocked_clicks',
          title: 'Blocked clicks',
          isFigure: true,
          cell: (row) => formatCount(row.blocked_clicks),
        },
        {
          id: 'blocked_at',
          title: 'Blocked from',
          cell: ({ blocked_at }) => (blocked_at === null ? 'not' : formatTime(blocked_at)),
        },
      ]}
    />
  );
}

function linesOf(before: Backtest, after: Backtest): Line[] {
  const line = (
    id: 'flagged' | 'blocked' | 'suspicious_clicks' | 'blocked_clicks',
    label: string,
  ): Line => ({ id, label, before: before[id], after: after[id] });
  return [
    line('flagged', 'Addresses with an alert'),
    line('blocked', 'Addresses blocked'),
    line('suspicious_clicks', 'Suspicious clicks'),
    line('blocked_clicks', 'Blocked clicks'),
    ...after.patterns.map(({ pattern, flagged }) => ({
      id: pattern,
      label: `Addresses with an alert that show ${patternName(pattern).toLowerCase()}`,
      before: before.patterns.find((known) => known.pattern === pattern)?.flagged ?? 0,
      after: flagged,
    })),
  ];
}

function signed(value: number): string {
  return value > 0 ? `+${formatCount(value)}` : formatCount(value);
}
