import { ActionIcon, Button, Group, Stack, Text, Tooltip } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { Answered } from '../../../parts/answered.tsx';
import { Confirm } from '../../../parts/confirm.tsx';
import { type Column, DataTable } from '../../../parts/data-table.tsx';
import { Empty } from '../../../parts/empty.tsx';
import { ErrorPanel } from '../../../parts/error-panel.tsx';
import { formatAgo, formatTime } from '../../../parts/format.ts';
import { useMay } from '../../../shell/session.ts';
import { asQuery, ShowMore, type useList } from '../pages.tsx';
import { EntryDialog } from './entry-dialog.tsx';
import { type ListKind, useRemoveEntry } from './lists.ts';

/** What entries of both lists have. */
export type Entry = {
  block_id: string;
  network: string;
  reason: string;
  created_by: string;
  created_at: string;
  until: string | null;
};

type EntryWords = {
  label: string;
  hint: ReactNode;
  add: string;
  emptyTitle: string;
  emptyHint: string;
  /** What removing an entry does, behind its network. */
  afterRemoval: string;
};

/** One of the two lists: its entries, and adding and removing them. */
export function EntryTable<Row extends Entry>({
  kind,
  list,
  words,
  columns,
}: {
  kind: ListKind;
  list: ReturnType<typeof useList<Row>>;
  words: EntryWords;
  /** Besides network, who, since and until. */
  columns: ReadonlyArray<Column<Row>>;
}) {
  const isAllowed = useMay('fraud:write');
  const [isAdding, setAdding] = useState(false);
  const [removed, setRemoved] = useState<Row | null>(null);
  const addButton = isAllowed && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
      {words.add}
    </Button>
  );
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="sm">
        <Text size="sm" c="dimmed" flex="1 1 260px">
          {words.hint}
        </Text>
        {addButton}
      </Group>
      <Answered
        query={asQuery(list)}
        isEmpty={(rows) => rows.length === 0}
        empty={<Empty title={words.emptyTitle} hint={words.emptyHint} />}
      >
        {(rows) => (
          <DataTable
            label={words.label}
            minWidth={860}
            rows={rows}
            rowKey={({ block_id }) => block_id}
            columns={[
              {
                id: 'network',
                title: 'Network',
                cell: ({ network }) => (
                  <span className="literal" style={{ whiteSpace: 'nowrap' }}>
                    {network}
                  </span>
                ),
              },
              ...columns,
              ...timeColumns<Row>(),
              ...(isAllowed ? [removeColumn<Row>(setRemoved)] : []),
            ]}
          />
        )}
      </Answered>
      <ShowMore list={list} />
      <EntryDialog kind={kind} isOpen={isAdding} onClose={() => setAdding(false)} />
      <RemoveEntry kind={kind} entry={removed} words={words} onClose={() => setRemoved(null)} />
    </Stack>
  );
}

function timeColumns<Row extends Entry>(): ReadonlyArray<Column<Row>> {
  return [
    {
      id: 'by',
      title: 'By',
      cell: ({ created_by }) =>
        created_by === 'automatic' ? 'Automatic' : <span className="literal">{created_by}</span>,
    },
    {
      id: 'since',
      title: 'Since',
      cell: ({ created_at }) => (
        <Text size="sm" title={formatTime(created_at)} style={{ whiteSpace: 'nowrap' }}>
          {formatAgo(created_at)}
        </Text>
      ),
    },
    {
      id: 'until',
      title: 'Ends',
      cell: ({ until }) =>
        until === null ? (
          'when removed'
        ) : (
          <Text size="sm" title={formatTime(until)} style={{ whiteSpace: 'nowrap' }}>
            {formatAgo(until)}
          </Text>
        ),
    },
  ];
}

function removeColumn<Row extends Entry>(onRemove: (row: Row) => void): Column<Row> {
  return {
    id: 'actions',
    title: '',
    cell: (row) => (
      <Tooltip label="Remove">
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Remove ${row.network}`}
          onClick={() => onRemove(row)}
        >
          <IconTrash size={16} />
        </ActionIcon>
      </Tooltip>
    ),
  };
}

function RemoveEntry({
  kind,
  entry,
  words,
  onClose,
}: {
  kind: ListKind;
  entry: Entry | null;
  words: EntryWords;
  onClose: () => void;
}) {
  const remove = useRemoveEntry(kind);
  const close = () => {
    remove.reset();
    onClose();
  };
  return (
    <Confirm
      title={`Remove ${entry?.network ?? ''}?`}
      action="Remove"
      isOpen={entry !== null}
      isBusy={remove.isPending}
      onClose={close}
      onConfirm={() => {
        if (entry !== null) {
          remove.mutate(entry.block_id, { onSuccess: close });
        }
      }}
    >
      {words.afterRemoval}
      {remove.error !== null && <ErrorPanel error={remove.error} />}
    </Confirm>
  );
}
