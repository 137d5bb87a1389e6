import { Button, Center, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { formatCount } from '../../parts/format.ts';
import type { Report, Row } from './api-types.ts';
import { labelOf } from './dimensions.ts';
import { DrillMenu } from './drill-menu.tsx';
import { metricLabel, showMetric } from './metrics.ts';
import { type Question, sortOf } from './question.ts';

/** More rows make a page slow; the reader asks for them. */
const ROWS_STEP = 100;
const COLUMN_WIDTH = 120;

/** The rows of a report, totals first. */
export function ReportTable({
  report,
  question,
  onSort,
  onDrill,
}: {
  report: Report;
  question: Question;
  onSort: (sort: NonNullable<Question['sort']>) => void;
  onDrill: (dimension: string, value: Row[string], next: string | undefined) => void;
}) {
  const [count, setCount] = useState(ROWS_STEP);
  const sort = sortOf(question);
  const columns = columnsOf(report, question, onDrill);
  const rows = report.rows.slice(0, count);
  return (
    <Stack gap="xs">
      <DataTable
        label="Report"
        columns={columns}
        rows={report.grouping.length === 0 ? rows : [report.totals, ...rows]}
        rowKey={(row) =>
          row === report.totals
            ? 'totals'
            : JSON.stringify(report.grouping.map((name) => row[name]))
        }
        sorting={{ by: sort.field, isDescending: sort.direction === 'desc' }}
        onSort={({ by, isDescending }) =>
          onSort({ field: by, direction: isDescending ? 'desc' : 'asc' })
        }
        minWidth={columns.length * COLUMN_WIDTH}
      />
      {report.rows.length > count && (
        <Center>
          <Button variant="default" size="xs" onClick={() => setCount(count + ROWS_STEP)}>
            Show {formatCount(Math.min(ROWS_STEP, report.rows.length - count))} more of{' '}
            {formatCount(report.rows.length)} rows
          </Button>
        </Center>
      )}
      {report.truncated && (
        <Text size="sm" c="dimmed">
          There are more than {formatCount(report.rows.length)} rows; the total covers them all. Ask
          for more rows, or for the CSV file, which has every one.
        </Text>
      )}
    </Stack>
  );
}

function columnsOf(
  report: Report,
  { filters }: Question,
  onDrill: (dimension: string, value: Row[string], next: string | undefined) => void,
): ReadonlyArray<Column<Row>> {
  const { grouping, metrics, totals, currency } = report;
  const filtered = filters
    .filter(({ operator }) => operator === 'equals' || operator === 'not_exists')
    .map(({ field }) => field);
  const dimensions = grouping.map(
    (name, index): Column<Row> => ({
      ...{ id: name, title: labelOf(name), isSortable: true },
      cell: (row) =>
        row === totals ? (
          index === 0 && <b>Total</b>
        ) : (
          <DrillMenu
            {...{ dimension: name, value: row[name] ?? null, grouping, filtered }}
            onDrill={(next) => onDrill(name, row[name] ?? null, next)}
          />
        ),
    }),
  );
  return [
    ...dimensions,
    ...metrics.map(
      (name): Column<Row> => ({
        ...{ id: name, title: metricLabel(name), isFigure: true, isSortable: true },
        cell: (row) => {
          const shown = showMetric(name, row[name], currency);
          return row === totals && grouping.length > 0 ? <b>{shown}</b> : shown;
        },
      }),
    ),
  ];
}
