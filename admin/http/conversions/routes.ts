import { moneyToJson } from '../../../analytics/schema/money.ts';
import type { LedgerEntry } from '../../../stores/postgres/conversions/ledger-entry.ts';
import {
  type ConversionPosition,
  listConversions,
} from '../../../stores/postgres/conversions/list.ts';
import { summarizeConversions } from '../../../stores/postgres/conversions/summarize.ts';
import { readOpenRange } from '../analytics/time-range.ts';
import type { AdminContext, AdminInstance } from '../context.ts';
import { readCursor, refuseCursor, toPage } from '../cursor.ts';
import { conversionsQuerySchema, conversionsSchema, summarySchema } from './schemas.ts';
import { addTrialRoute } from './trial-route.ts';

const LIST = 'conversions';
const tags = ['conversions'];
const config = { scope: 'analytics:read' } as const;

/** Conversions as they were received, and what became of them. */
export function addConversionRoutes(app: AdminInstance, context: AdminContext): void {
  addListRoute(app, context);
  addSummaryRoute(app, context);
  addTrialRoute(app, context);
}

function addListRoute(app: AdminInstance, { pool }: AdminContext): void {
  app.get(
    '/api/v1/conversions',
    {
      config,
      schema: {
        operationId: 'listConversions',
        summary: 'The ledger of conversions, the newest first',
        description:
          'Each conversion that the engine accepted stands here within a second, also one whose click is not known.',
        tags,
        querystring: conversionsQuerySchema,
        response: { 200: conversionsSchema },
      },
    },
    async ({ query, caller: { organizationId } }) => {
      const text = readCursor(LIST, query.cursor);
      const before = text === '' ? undefined : (parsePosition(text) ?? refuseCursor());
      const filter = {
        ...readOpenRange(query, '/querystring'),
        isMatched: query.matched === undefined ? undefined : query.matched === 'true',
        event: query.event,
        campaignId: query.campaign_id === 'none' ? '' : query.campaign_id,
        clickId: query.click_id,
        orderId: query.order_id,
      };
      const options = { filter, before, limit: query.limit + 1 };
      const found = await listConversions(pool, organizationId, options);
      const { page, next_cursor } = toPage(LIST, found, query.limit, formatPosition);
      return { conversions: page.map(present), next_cursor };
    },
  );
}

function addSummaryRoute(app: AdminInstance, { pool, clock }: AdminContext): void {
  app.get(
    '/api/v1/conversions/summary',
    {
      config,
      schema: {
        operationId: 'getConversionSummary',
        summary: 'How many conversions found their click',
        tags,
        response: { 200: summarySchema },
      },
    },
    async ({ caller: { organizationId } }) =>
      summarizeConversions(pool, organizationId, clock.nowMs()),
  );
}

function present(entry: LedgerEntry) {
  const { id: _, created_us: __, conversion_value, ...others } = entry;
  return {
    ...others,
    conversion_value: moneyToJson(conversion_value),
    matched: entry.matched_at !== null,
  };
}

function formatPosition({ created_us, id }: LedgerEntry): string {
  return `${created_us} ${id}`;
}

/** @returns undefined when the text is none of `formatPosition` */
function parsePosition(text: string): ConversionPosition | undefined {
  const [, createdUs, id] = /^(\d{1,16}) (\d{1,18})$/.exec(text) ?? [];
  return createdUs === undefined || id === undefined ? undefined : { createdUs, id };
}
