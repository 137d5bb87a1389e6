import { Text } from '@mantine/core';
import { EntryTable } from './entry-table.tsx';
import { useNeverBlock } from './lists.ts';

const WORDS = {
  label: 'Addresses and networks that are never blocked',
  hint: 'Never scored or blocked, even where a block covers them: your office, your monitoring, a partner.',
  add: 'Add an address',
  emptyTitle: 'Nobody is excepted',
  emptyHint:
    'Add your own offices and the services that test your links, so that they never count as fraud.',
  afterRemoval: 'It is scored again from then on, and blocks that cover it hold.',
};

/** Who is never scored or blocked. */
export function NeverBlockList() {
  const list = useNeverBlock();
  return (
    <EntryTable
      kind="never_block"
      list={list}
      words={WORDS}
      columns={[{ id: 'why', title: 'Why', cell: ({ reason }) => <Text size="sm">{reason}</Text> }]}
    />
  );
}
