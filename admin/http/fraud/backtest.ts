import { z } from 'zod';
import { backtest } from '../../../analytics/queries/fraud/backtest.ts';
import { STEP_MS } from '../../../analytics/queries/fraud/windows-sql.ts';
import { FRAUD_DEFINITION_VERSION } from '../../../core/fraud/definition.ts';
import { FRAUD_PATTERNS } from '../../../core/fraud/detection.ts';
import { readSettings } from '../../../stores/postgres/fraud/settings.ts';
import type { AdminInstance } from '../context.ts';
import { ProblemError } from '../problems.ts';
import { withoutUndefined } from '../without-undefined.ts';
import { type FraudContext, reading, tags } from './context.ts';
import { neverBlockTest } from './never-block.ts';
import { backtestSettingsSchema, patternsSchema, settingsSchema } from './schemas.ts';

/** Backtests at once; each looks at all clicks of its days. */
const BACKTESTS_MAX = 2;
const DAYS_MAX = 7;
const DAY_MS = 86_400_000;

const count = z.int().min(0);

const bodySchema = z.strictObject({
  settings: backtestSettingsSchema
    .default({})
    .describe('What is tried out; what is left out is as it is set now.'),
  days: z.int().min(1).max(DAYS_MAX).default(1).describe('Until now.'),
});

const addressSchema = z.object({
  address: z.string().describe('An IPv4 address, or the /64 network of IPv6 addresses.'),
  country: z.string(),
  confidence: z.number().describe('The highest of any hour.'),
  patterns: patternsSchema,
  clicks: count,
  suspicious_clicks: count,
  blocked_clicks: count,
  flagged_at: z.string().describe('ISO 8601; the end of the five minutes in which it was.'),
  blocked_at: z.string().nullable().describe('Null: never.'),
});

const answerSchema = z.object({
  definition_version: z.int(),
  settings: settingsSchema.describe('Those that were tried out, complete.'),
  start: z.string().describe('ISO 8601.'),
  end: z.string(),
  clicks: count,
  addresses: count,
  flagged: count.describe('Addresses above `alert_above`.'),
  blocked: count.describe('Addresses above `block_above`.'),
  suspicious_clicks: count.describe(
    'Clicks in five minutes at whose end their address was above `alert_above`.',
  ),
  blocked_clicks: count.describe('Clicks that would have found their address blocked.'),
  patterns: z
    .array(z.object({ pattern: z.enum(FRAUD_PATTERNS), flagged: count, blocked: count }))
    .describe('Addresses that showed the pattern; one can show several.'),
  first: z.array(addressSchema).describe('The hundred addresses with the most confidence.'),
  truncated: z.boolean().describe('true: there were more addresses than are counted here.'),
});

/** What settings would have found in the clicks of the last days. */
export function addBacktestRoutes(app: AdminInstance, context: FraudContext): void {
  const { pool, clickhouse, clock } = context;
  let testing = 0;
  app.post(
    '/api/v1/fraud/settings/test',
    {
      config: { ...reading, rateLimit: { max: 30 } },
      schema: {
        operationId: 'testFraudSettings',
        summary: 'Try settings out on the clicks of the last days',
        description:
          'Judges stored clicks by the definition that engines judge live ones by, at the end of each five minutes, and tells what would have been flagged and blocked. Nothing is changed.',
        tags,
        body: bodySchema,
        response: { 200: answerSchema.describe('What would have been found.') },
      },
    },
    async ({ body, caller: { organizationId } }) => {
      const current = await readSettings(pool, organizationId);
      const settings = { ...current, ...withoutUndefined(body.settings), enabled: true };
      const endMs = clock.nowMs();
      const startMs = Math.floor((endMs - body.days * DAY_MS) / STEP_MS) * STEP_MS;
      if (testing >= BACKTESTS_MAX) {
        throw new ProblemError(429, 'busy', 'Other backtests are running; ask again in a moment');
      }
      testing++;
      try {
        const isNeverBlocked = await neverBlockTest(pool, organizationId);
        const question = { organizationId, startMs, endMs, settings, isNeverBlocked };
        return {
          definition_version: FRAUD_DEFINITION_VERSION,
          settings,
          start: new Date(startMs).toISOString(),
          end: new Date(endMs).toISOString(),
          ...(await backtest(clickhouse, question)),
        };
      } finally {
        testing--;
      }
    },
  );
}
