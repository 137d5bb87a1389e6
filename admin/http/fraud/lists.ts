import { z } from 'zod';
import { TrellisError } from '../../../core/errors.ts';
import type { BlockConfig } from '../../../core/fraud/block.ts';
import { addBlock, listBlocks, removeBlock } from '../../../stores/postgres/fraud/blocks.ts';
import type { AdminInstance } from '../context.ts';
import { nextCursorSchema, pageQuery, readCursor, toPage } from '../cursor.ts';
import { ProblemError } from '../problems.ts';
import { invalidRequest } from '../validation.ts';
import { checkNetwork } from './check-network.ts';
import { type FraudContext, reading, tags, writing } from './context.ts';
import {
  blockSchema,
  listEntryBodySchema,
  neverBlockSchema,
  removedBlockSchema,
  removedNeverBlockSchema,
} from './schemas.ts';

/** What differs between the two lists. */
const LISTS = {
  block: {
    path: '/api/v1/fraud/blocks',
    names: ['listBlocks', 'addBlock', 'removeBlock'],
    what: 'addresses and networks that are blocked',
    added:
      'Every engine refuses its clicks within a second. An entry that is there already gets the new reason and time. Networks that hold a trusted proxy of the installation are refused, and so are those wider than /8 (IPv6: /32).',
    removed: 'Every engine lets its clicks through within a second.',
    member: 'blocks',
    schema: blockSchema,
    removedSchema: removedBlockSchema,
  },
  never_block: {
    path: '/api/v1/fraud/never-block',
    names: ['listNeverBlock', 'addNeverBlock', 'removeNeverBlock'],
    what: 'addresses and networks that are never scored or blocked',
    added:
      'What is on this list is let through also where a block covers it. An entry that is there already gets the new reason and time. Networks wider than /8 (IPv6: /32) are refused.',
    removed: 'Its addresses are scored again from then on.',
    member: 'never_block',
    schema: neverBlockSchema,
    removedSchema: removedNeverBlockSchema,
  },
} as const;

/** Whom the organisation blocks, and whom it never does. */
export function addListRoutes(app: AdminInstance, context: FraudContext): void {
  for (const kind of ['block', 'never_block'] as const) {
    addReadRoute(app, context, kind);
    addAddRoute(app, context, kind);
    addRemoveRoute(app, context, kind);
  }
}

function addReadRoute(app: AdminInstance, { pool }: FraudContext, kind: BlockConfig['kind']): void {
  const { path, names, what, member, schema } = LISTS[kind];
  app.get(
    path,
    {
      config: reading,
      schema: {
        operationId: names[0],
        summary: `The ${what} now, newest first`,
        tags,
        querystring: z.object(pageQuery),
        response: {
          200: z
            .object({ [member]: z.array(schema), next_cursor: nextCursorSchema })
            .describe('One page.'),
        },
      },
    },
    async ({ query: { limit, cursor }, caller }) => {
      const after = readCursor(kind, cursor);
      const found = await listBlocks(pool, caller.organizationId, kind, {
        after,
        limit: limit + 1,
      });
      const { page, next_cursor } = toPage(kind, found, limit, (block) => block.block_id);
      return { [member]: page, next_cursor };
    },
  );
}

function addAddRoute(
  app: AdminInstance,
  { pool, clock, trustedNetworks }: FraudContext,
  kind: BlockConfig['kind'],
): void {
  const { path, names, what, added, schema } = LISTS[kind];
  app.post(
    path,
    {
      config: writing,
      schema: {
        operationId: names[1],
        summary: `Add to the ${what}`,
        description: added,
        tags,
        body: listEntryBodySchema,
        response: { 201: schema.describe('The entry.') },
      },
    },
    async ({ body, caller }, reply) => {
      const refused = kind === 'block' ? trustedNetworks : [];
      const network = checkNetwork(body.network, refused);
      const until = body.until === null ? null : new Date(body.until);
      if (until !== null && until.getTime() <= clock.nowMs()) {
        throw invalidRequest([{ path: '/body/until', message: 'has passed already' }]);
      }
      const entry = { kind, network, reason: body.reason, until };
      const block = await addBlock(pool, caller.organizationId, entry, caller.keyId).catch(
        refuseFull,
      );
      return reply.code(201).send(block);
    },
  );
}

/** @throws ProblemError 409 when the lists are full, else what it was */
function refuseFull(error: unknown): never {
  if (error instanceof TrellisError && error.code === 'blocks_limit') {
    throw new ProblemError(409, error.code, error.message);
  }
  throw error;
}

function addRemoveRoute(
  app: AdminInstance,
  { pool }: FraudContext,
  kind: BlockConfig['kind'],
): void {
  const { path, names, what, removed, removedSchema } = LISTS[kind];
  app.delete(
    `${path}/:block_id`,
    {
      config: writing,
      schema: {
        operationId: names[2],
        summary: `Remove from the ${what}`,
        description: removed,
        tags,
        params: z.object({ block_id: z.string().max(100) }),
        response: { 200: removedSchema.describe('The removed entry.') },
      },
    },
    async ({ params: { block_id }, caller }) => {
      const { organizationId, keyId } = caller;
      const block = await removeBlock(pool, organizationId, kind, block_id, keyId);
      if (block === undefined) {
        throw new ProblemError(404, 'block_unknown', 'There is no such entry on this list');
      }
      return block;
    },
  );
}
