import { Button, Card, Center, Loader, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { DataTable, type Sorting, type Column as TableColumn } from '../../parts/data-table.tsx';
import { formatCount } from '../../parts/format.ts';
import { type CreditRow, creditRows, groupName, measureOf, showMeasure } from './credits.ts';
import type { Column, GroupBy, Measure } from './models.ts';
import { type Model, modelLabel } from './models.ts';

const COLUMN_WIDTH = 118;
/** Those below have hardly any credit; the reader asks for them. */
const ROWS_SHOWN = 25;

/** Every group with what each model gives it. */
export function CreditTable({
  columns,
  measure,
  groupBy,
  currency,
}: {
  columns: readonly Column[];
  measure: Measure;
  groupBy: GroupBy;
  currency: string;
}) {
  const [sorting, setSorting] = useState<Sorting>();
  const [isWhole, setWhole] = useState(false);
  const rows = sorted(creditRows(columns), sorting, measure);
  const table: ReadonlyArray<TableColumn<CreditRow>> = [
    { id: 'group', title: labelOf(groupBy), cell: ({ group }) => groupName(group, groupBy) },
    ...columns.map(
      ({ model, answer }): TableColumn<CreditRow> => ({
        ...{ id: model, title: modelLabel(model), isFigure: true, isSortable: true },
        cell: ({ byModel }) =>
          answer === undefined ? (
            <Loader size="xs" type="dots" role="status" aria-label="Loading" />
          ) : (
            <Credit {...{ group: byModel.get(model), measure, currency }} />
          ),
      }),
    ),
    {
      ...{ id: 'first', title: 'Began here', isFigure: true, isSortable: true },
      cell: ({ firstTouches }) => formatCount(firstTouches),
    },
    {
      ...{ id: 'last', title: 'Ended here', isFigure: true, isSortable: true },
      cell: ({ lastTouches }) => formatCount(lastTouches),
    },
  ];
  return (
    <Card>
      <Stack gap="xs">
        <DataTable
          label={`Credit by ${groupBy} and model`}
          columns={table}
          rows={isWhole ? rows : rows.slice(0, ROWS_SHOWN)}
          rowKey={({ group }) => String(group)}
          minWidth={table.length * COLUMN_WIDTH}
          onSort={setSorting}
          {...(sorting === undefined ? {} : { sorting })}
        />
        {!isWhole && rows.length > ROWS_SHOWN && (
          <Center>
            <Button variant="default" size="xs" onClick={() => setWhole(true)}>
              Show all {formatCount(rows.length)} rows
            </Button>
          </Center>
        )}
        <Text size="xs" c="dimmed">
          A dash: no touchpoint before a conversion, or pooled with others under “other”.
        </Text>
      </Stack>
    </Card>
  );
}

function Credit({
  group,
  measure,
  currency,
}: {
  group: Parameters<typeof measureOf>[0];
  measure: Measure;
  currency: string;
}) {
  return group === undefined ? '–' : showMeasure(measureOf(group, measure), measure, currency);
}

function sorted(rows: CreditRow[], sorting: Sorting | undefined, measure: Measure): CreditRow[] {
  if (sorting === undefined) {
    return rows;
  }
  const { by, isDescending } = sorting;
  const figure = (row: CreditRow) => {
    if (by === 'first') return row.firstTouches;
    if (by === 'last') return row.lastTouches;
    return measureOf(row.byModel.get(by as Model), measure);
  };
  return rows.sort((one, other) => (isDescending ? -1 : 1) * (figure(one) - figure(other)));
}

function labelOf(groupBy: GroupBy): string {
  return `${groupBy.charAt(0).toUpperCase()}${groupBy.slice(1)}`;
}
