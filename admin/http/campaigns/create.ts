import type pg from 'pg';
import type { z } from 'zod';
import { createRun } from '../../../analytics/retroactive/runs.ts';
import { parseTimeRange, TimeRangeError } from '../../../analytics/schema/time-range.ts';
import { type CampaignBody, campaignBodySchema } from '../../../core/rules/definition.ts';
import { withTransaction } from '../../../stores/postgres/client.ts';
import {
  type CampaignDefinition,
  createCampaign,
} from '../../../stores/postgres/configuration/campaigns.ts';
import type { AdminInstance, Caller } from '../context.ts';
import { blame } from '../problems.ts';
import { invalidRequest } from '../validation.ts';
import { withoutUndefined } from '../without-undefined.ts';
import { checkDestinations } from './check-destinations.ts';
import type { CampaignContext } from './context.ts';
import { newCampaignId } from './new-campaign-id.ts';
import { setETag, toAnswer } from './present.ts';
import { withRuleIds } from './rule-ids.ts';
import { createdCampaignSchema } from './schemas.ts';
import { trackingLinks } from './tracking-links.ts';

type Span = { startMs: number; endMs: number };

export function addCreateRoute(app: AdminInstance, context: CampaignContext): void {
  app.post(
    '/api/v1/campaigns',
    {
      config: { scope: 'campaigns:write' },
      schema: {
        operationId: 'createCampaign',
        summary: 'Create a campaign',
        description:
          'Its link works within a second. With `retroactive: true` a run also begins that claims the unattributed traffic of `time_range` which its rules match; `retroactive_run` of the answer says where to ask how far it is.',
        tags: ['campaigns'],
        body: campaignBodySchema,
        response: { 201: createdCampaignSchema.describe('The campaign.') },
      },
    },
    async ({ body, caller }, reply) => {
      checkDestinations(body);
      const span = spanOf(body, context.clock.nowMs());
      const { campaign, run } = await withTransaction(context.pool, (client) =>
        createBoth(client, body, caller, span),
      ).catch((error) => blame(error, { campaign_exists: '/body/campaign_id' }));
      const { organizationId } = caller;
      const linksOf = await trackingLinks(context.pool, organizationId, context.enginePort);
      setETag(reply, campaign);
      const path = `/api/v1/campaigns/${campaign.campaign_id}`;
      const retroactive_run =
        run === undefined
          ? null
          : { run_id: run.runId, status: run.status, url: `${path}/retroactive/runs/${run.runId}` };
      return reply
        .code(201)
        .header('Location', path)
        .send({ ...toAnswer(campaign, linksOf), retroactive_run });
    },
  );
}

/** Campaign and run come into being together, or neither does. */
async function createBoth(
  client: pg.PoolClient,
  body: CampaignBody,
  { organizationId, keyId }: Caller,
  span: Span | undefined,
) {
  const campaignId = body.campaign_id ?? (await newCampaignId(client, organizationId, body.name));
  const campaign = await createCampaign(client, {
    organization_id: organizationId,
    campaign_id: campaignId,
    name: body.name,
    status: body.status,
    default_action: body.default_action ?? null,
    definition: definitionOf(body),
  });
  const run =
    span === undefined
      ? undefined
      : await createRun(client, { organizationId, campaignId, span, requestedBy: keyId });
  return { campaign, run };
}

function definitionOf(body: CampaignBody): CampaignDefinition {
  const { timezone, rules, cost, retroactive, time_range } = body;
  return withoutUndefined({
    timezone,
    rules: withRuleIds(rules),
    cost: cost && { amount: String(cost.amount), currency: cost.currency },
    retroactive,
    time_range,
  });
}

/**
 * Which traffic of the past is to be claimed; undefined: none.
 *
 * @throws ProblemError 400
 */
function spanOf(body: z.output<typeof campaignBodySchema>, nowMs: number): Span | undefined {
  if (body.time_range === undefined) {
    return undefined;
  }
  const { start, end } = body.time_range;
  try {
    const { startMs, endMs } = parseTimeRange({ start, end, timezone: body.timezone }, nowMs);
    if (!body.retroactive) {
      return undefined;
    }
    if (body.rules.length === 0) {
      const message = 'are needed: a retroactive campaign claims the traffic that they match';
      throw invalidRequest([{ path: '/body/rules', message }]);
    }
    return { startMs, endMs };
  } catch (error) {
    if (error instanceof TimeRangeError) {
      const path = error.path === 'timezone' ? '/body/timezone' : `/body/time_range/${error.path}`;
      throw invalidRequest([{ path, message: error.message }]);
    }
    throw error;
  }
}
