import { z } from 'zod';
import { blockNetwork } from '../../../core/fraud/block.ts';
import { getScore, listScores, type Score } from '../../../stores/postgres/fraud/scores.ts';
import type { AdminInstance } from '../context.ts';
import { nextCursorSchema, pageQuery, readCursor, toPage } from '../cursor.ts';
import { invalidRequest } from '../validation.ts';
import { type FraudContext, reading, tags } from './context.ts';
import { patternsSchema, windowSchema } from './schemas.ts';

const LIST = 'scores';

const scoreSchema = z.object({
  address: z.string().describe('An IPv4 address, or the /64 network of IPv6 addresses.'),
  country: z.string(),
  confidence: z.number().describe('0 to 1: all patterns together.'),
  patterns: patternsSchema,
  window: windowSchema,
  updated_at: z.date().describe('When it was detected.'),
  expires_at: z.date().describe('A day later.'),
});

/** What addresses were found doing within a day. */
export function addScoreRoutes(app: AdminInstance, { pool }: FraudContext): void {
  app.get(
    '/api/v1/fraud/scores',
    {
      config: reading,
      schema: {
        operationId: 'listFraudScores',
        summary: 'Addresses that were detected within a day, by address',
        tags,
        querystring: z.object({
          address: z.string().min(1).max(60).optional().describe('Only this one.'),
          min_confidence: z.coerce.number().min(0).max(1).default(0),
          ...pageQuery,
        }),
        response: {
          200: z
            .object({ scores: z.array(scoreSchema), next_cursor: nextCursorSchema })
            .describe('One page.'),
        },
      },
    },
    async ({ query, caller: { organizationId } }) => {
      const { address, min_confidence: confidenceMin, limit, cursor } = query;
      const after = readCursor(LIST, cursor);
      if (address !== undefined) {
        const score = await getScore(pool, organizationId, readAddress(address));
        const isAsked = score !== undefined && score.confidence >= confidenceMin;
        return { scores: isAsked ? [present(score)] : [], next_cursor: null };
      }
      const options = { after, limit: limit + 1, confidenceMin };
      const found = await listScores(pool, organizationId, options);
      const { page, next_cursor } = toPage(LIST, found, limit, (score) => score.address);
      return { scores: page.map(present), next_cursor };
    },
  );
}

/** @returns the address as scores name it: IPv6 by its /64 */
function readAddress(text: string): string {
  const network = blockNetwork(text);
  const isAddress = network?.endsWith('/32') === true && !network.includes(':');
  if (network === null || !(isAddress || network.endsWith('/64'))) {
    const message = 'must be an IPv4 address, an IPv6 address or its /64 network';
    throw invalidRequest([{ path: '/querystring/address', message }]);
  }
  return isAddress ? network.slice(0, -'/32'.length) : network;
}

function present({ window, ...score }: Score) {
  return {
    ...score,
    window: {
      clicks: window.clicks,
      agents: window.agents,
      click_ids: window.clickIds,
      mean_interval_ms: window.meanIntervalMs,
      interval_variation: window.intervalVariation,
    },
  };
}
