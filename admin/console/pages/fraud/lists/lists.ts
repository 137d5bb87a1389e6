import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../../../api/client.ts';
import { useList } from '../pages.tsx';

const PAGE_ROWS = 100;

type EntryBody = { network: string; reason: string; until: string | null };
export type ListKind = 'block' | 'never_block';

/** What both lists can do, by their routes. */
const ROUTES = {
  block: {
    add: async (body: EntryBody) => {
      await dataOf(api.POST('/api/v1/fraud/blocks', { body }));
    },
    remove: async (block_id: string) => {
      const params = { path: { block_id } };
      await dataOf(api.DELETE('/api/v1/fraud/blocks/{block_id}', { params }));
    },
  },
  never_block: {
    add: async (body: EntryBody) => {
      await dataOf(api.POST('/api/v1/fraud/never-block', { body }));
    },
    remove: async (block_id: string) => {
      const params = { path: { block_id } };
      await dataOf(api.DELETE('/api/v1/fraud/never-block/{block_id}', { params }));
    },
  },
} as const satisfies Record<ListKind, unknown>;

/** Who is blocked now, newest first. */
export function useBlocks() {
  return useList(
    ['fraud', 'blocks'],
    async (cursor) => {
      const query = { limit: PAGE_ROWS, ...(cursor === undefined ? {} : { cursor }) };
      const page = await dataOf(api.GET('/api/v1/fraud/blocks', { params: { query } }));
      return { rows: page.blocks, next_cursor: page.next_cursor };
    },
    REFRESH_MS,
  );
}

/** Who is never scored or blocked, newest first. */
export function useNeverBlock() {
  return useList(['fraud', 'never-block'], async (cursor) => {
    const query = { limit: PAGE_ROWS, ...(cursor === undefined ? {} : { cursor }) };
    const page = await dataOf(api.GET('/api/v1/fraud/never-block', { params: { query } }));
    return { rows: page.never_block, next_cursor: page.next_cursor };
  });
}

/** Blocks come by themselves. */
const REFRESH_MS = 10_000;

export function useAddEntry(kind: ListKind) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: EntryBody) => ROUTES[kind].add(body),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['fraud'] }),
  });
}

export function useRemoveEntry(kind: ListKind) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (blockId: string) => ROUTES[kind].remove(blockId),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['fraud'] }),
  });
}
