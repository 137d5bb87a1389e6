import { Anchor, Group, Text, Tooltip } from '@mantine/core';
import { Link } from 'wouter';
import { type Column, DataTable, type Sorting } from '../../../parts/data-table.tsx';
import { formatCount, formatMoney } from '../../../parts/format.ts';
import { useUrlFilters } from '../../../parts/url-state.ts';
import { useMay, useSession } from '../../../shell/session.ts';
import { campaignPath } from '../queries.ts';
import { StatusBadge } from '../status-badge.tsx';
import type { CampaignRow } from './use-figures.ts';

const SORTABLE = ['name', 'clicks', 'unique_users', 'conversions', 'conversion_rate', 'revenue'];

/** Campaigns below each other; sorted by clicks unless the address says otherwise. */
export function CampaignTable({ rows }: { rows: readonly CampaignRow[] }) {
  const mayAnalyse = useMay('analytics:read');
  const { currency } = useSession().organization;
  const [{ sort, order }, set] = useUrlFilters(['sort', 'order']);
  const by = SORTABLE.includes(sort) ? sort : mayAnalyse ? 'clicks' : 'name';
  const sorting: Sorting = { by, isDescending: order === '' ? by !== 'name' : order === 'desc' };
  const hasCost = rows.some(({ campaign }) => campaign.cost !== null);
  const columns = [
    ...ABOUT,
    ...(mayAnalyse ? figureColumns(currency) : []),
    ...(mayAnalyse && hasCost ? [ROAS] : []),
    RULES,
  ];
  return (
    <DataTable
      label="Campaigns"
      minWidth={mayAnalyse ? 860 : 480}
      columns={columns}
      rows={rows.toSorted((one, other) => compare(one, other, sorting))}
      rowKey={({ campaign }) => campaign.campaign_id}
      sorting={sorting}
      onSort={(next) => set({ sort: next.by, order: next.isDescending ? 'desc' : 'asc' })}
    />
  );
}

const ABOUT: ReadonlyArray<Column<CampaignRow>> = [
  {
    id: 'name',
    title: 'Campaign',
    isSortable: true,
    cell: ({ campaign }) => (
      <div>
        <Anchor component={Link} href={campaignPath(campaign.campaign_id)} size="sm" fw={600}>
          {campaign.name}
        </Anchor>
        <Text size="xs" c="dimmed" className="literal">
          {campaign.campaign_id}
        </Text>
      </div>
    ),
  },
  {
    id: 'status',
    title: 'Status',
    cell: ({ campaign }) => <StatusBadge status={campaign.status} />,
  },
];

const RULES: Column<CampaignRow> = {
  id: 'rules',
  title: 'Rules',
  isFigure: true,
  cell: ({ campaign }) => formatCount(campaign.rule_count),
};

const ROAS: Column<CampaignRow> = {
  id: 'roas',
  title: 'ROAS',
  isFigure: true,
  cell: ({ campaign, metrics }) =>
    campaign.cost === null || metrics === undefined ? '–' : metrics.roas.toFixed(2),
};

/** Always with two decimals, so that rates stand below each other. */
const RATE = new Intl.NumberFormat(undefined, {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});

function figureColumns(currency: string): ReadonlyArray<Column<CampaignRow>> {
  const shared = { isFigure: true, isSortable: true } as const;
  return [
    {
      ...shared,
      id: 'clicks',
      title: 'Clicks',
      cell: ({ metrics }) => formatCount(metrics?.clicks),
    },
    {
      ...shared,
      id: 'unique_users',
      title: 'Visitors',
      cell: ({ metrics }) => formatCount(metrics?.unique_users),
    },
    {
      ...shared,
      id: 'conversions',
      title: 'Conversions',
      cell: ({ metrics }) => formatCount(metrics?.conversions),
    },
    {
      ...shared,
      id: 'conversion_rate',
      title: 'Rate',
      cell: ({ metrics }) =>
        metrics === undefined ? '–' : `${RATE.format(metrics.conversion_rate)} %`,
    },
    {
      ...shared,
      id: 'revenue',
      title: 'Revenue',
      cell: (row) => <Revenue row={row} currency={currency} />,
    },
  ];
}

function Revenue({
  row: { metrics, unconverted },
  currency,
}: {
  row: CampaignRow;
  currency: string;
}) {
  if (unconverted.length === 0) {
    return formatMoney(metrics?.revenue, currency);
  }
  const left = unconverted.map((sum) => formatMoney(sum.value, sum.currency)).join(', ');
  return (
    <Group gap={6} justify="flex-end" wrap="nowrap">
      {formatMoney(metrics?.revenue, currency)}
      <Tooltip label={`Besides, there are ${left} without a rate into ${currency}.`}>
        <Text span size="xs" c="dimmed" tabIndex={0}>
          + {unconverted.map((sum) => sum.currency).join(', ')}
        </Text>
      </Tooltip>
    </Group>
  );
}

function compare(one: CampaignRow, other: CampaignRow, { by, isDescending }: Sorting): number {
  const way = isDescending ? -1 : 1;
  const byName = one.campaign.name.localeCompare(other.campaign.name);
  if (by === 'name') {
    return way * byName;
  }
  return way * (figureOf(one, by) - figureOf(other, by)) || byName;
}

function figureOf({ metrics }: CampaignRow, name: string): number {
  const figure = metrics?.[name as keyof typeof metrics];
  return typeof figure === 'number' ? figure : -1;
}
