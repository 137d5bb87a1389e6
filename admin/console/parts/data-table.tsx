import { Group, Table, Text, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { ReactNode } from 'react';

export type Column<Row> = {
  /** Unique; what `sort` names. */
  id: string;
  title: string;
  cell: (row: Row) => ReactNode;
  /** Figures stand on the right. */
  isFigure?: boolean;
  isSortable?: boolean;
};

export type Sorting = { by: string; isDescending: boolean };

/** Rows below each other; on narrow screens the table scrolls within itself. */
export function DataTable<Row>({
  label,
  columns,
  rows,
  rowKey,
  sorting,
  onSort,
  minWidth = 640,
}: {
  /** What the table is of, for those who do not see it. */
  label: string;
  columns: ReadonlyArray<Column<Row>>;
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  sorting?: Sorting;
  onSort?: (sorting: Sorting) => void;
  minWidth?: number;
}) {
  return (
    <Table.ScrollContainer
      minWidth={minWidth}
      type="native"
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      <Table aria-label={label} verticalSpacing={6} highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <HeaderCell key={column.id} column={column} sorting={sorting} onSort={onSort} />
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={rowKey(row)}>
              {columns.map(({ id, cell, isFigure = false }) => (
                <Table.Td
                  key={id}
                  ta={isFigure ? 'right' : 'left'}
                  className={isFigure ? 'figures' : ''}
                >
                  {cell(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function HeaderCell<Row>({
  column: { id, title, isFigure = false, isSortable = false },
  sorting,
  onSort,
}: {
  column: Column<Row>;
  sorting: Sorting | undefined;
  onSort: ((sorting: Sorting) => void) | undefined;
}) {
  const isSorted = sorting?.by === id;
  const isDescending = isSorted && sorting.isDescending;
  const Icon = isDescending ? IconArrowDown : IconArrowUp;
  return (
    <Table.Th
      ta={isFigure ? 'right' : 'left'}
      aria-sort={isSorted ? (isDescending ? 'descending' : 'ascending') : undefined}
      style={{ whiteSpace: 'nowrap' }}
    >
      {isSortable && onSort !== undefined ? (
        <UnstyledButton
          fz="sm"
          fw={700}
          onClick={() => onSort({ by: id, isDescending: isSorted ? !isDescending : true })}
        >
          <Group gap={4} wrap="nowrap" display="inline-flex">
            {title}
            {isSorted && <Icon size={14} aria-hidden />}
          </Group>
        </UnstyledButton>
      ) : (
        <Text span fz="sm" fw={700}>
          {title}
        </Text>
      )}
    </Table.Th>
  );
}
