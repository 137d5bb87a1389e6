import { Stack, Text } from '@mantine/core';
import { formatScore } from '../../../parts/format.ts';
import { Patterns } from '../patterns.tsx';
import { EntryTable } from './entry-table.tsx';
import { useBlocks } from './lists.ts';

const WORDS = {
  label: 'Blocked addresses and networks',
  hint: 'Clicks from here get no redirect. Engines follow each change within a second.',
  add: 'Block an address',
  emptyTitle: 'Nobody is blocked',
  emptyHint:
    'Addresses that click like machines are blocked by themselves, as the settings say. You can also block one by hand.',
  afterRemoval:
    'Its clicks are let through within a second. It is not blocked by itself again before this block would have ended.',
};

/** Who is blocked now, by hand and automatically. */
export function BlockList() {
  const list = useBlocks();
  return (
    <EntryTable
      kind="block"
      list={list}
      words={WORDS}
      columns={[
        {
          id: 'why',
          title: 'Why',
          cell: ({ source, reason, patterns }) =>
            source === 'automatic' ? (
              <Stack gap={2}>
                <Patterns patterns={patterns} />
              </Stack>
            ) : (
              <Text size="sm">{reason}</Text>
            ),
        },
        {
          id: 'confidence',
          title: 'Confidence',
          isFigure: true,
          cell: ({ confidence }) => formatScore(confidence),
        },
      ]}
    />
  );
}
