import { Text } from '@mantine/core';
import type { Column } from '../../parts/data-table.tsx';
import { ConfidenceBar } from './confidence.tsx';
import classes from './fraud.module.css';
import { AddressMenu } from './lists/address-menu.tsx';
import { type DetectedPattern, Patterns, patternName } from './patterns.tsx';

type Judged = { confidence: number; patterns: DetectedPattern[]; country: string };

/** Address and country. */
export function addressColumns<Row extends Judged>(
  addressOf: (row: Row) => string,
): ReadonlyArray<Column<Row>> {
  return [
    {
      id: 'address',
      title: 'Address',
      cell: (row) => <span className={`literal ${classes.nowrap}`}>{addressOf(row)}</span>,
    },
    {
      id: 'country',
      title: 'Country',
      cell: ({ country }) => <Text size="sm">{country === '' ? 'unknown' : country}</Text>,
    },
  ];
}

/** How surely it is a machine, and by what. */
export function judgementColumns<Row extends Judged>(
  isSortable = false,
): ReadonlyArray<Column<Row>> {
  return [
    {
      id: 'confidence',
      title: 'Confidence',
      isSortable,
      cell: ({ confidence }) => <ConfidenceBar value={confidence} />,
    },
    { id: 'patterns', title: 'Patterns', cell: ({ patterns }) => <Patterns patterns={patterns} /> },
  ];
}

/** What can be done about the address. */
export function menuColumn<Row extends Judged>(addressOf: (row: Row) => string): Column<Row> {
  return {
    id: 'actions',
    title: '',
    cell: (row) => (
      <AddressMenu
        address={addressOf(row)}
        reason={row.patterns.map(({ pattern }) => patternName(pattern)).join(', ')}
      />
    ),
  };
}
