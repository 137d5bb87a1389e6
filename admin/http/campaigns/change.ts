import type pg from 'pg';
import { TrellisError } from '../../../core/errors.ts';
import { type CampaignPatch, campaignPatchSchema } from '../../../core/rules/definition.ts';
import {
  archiveCampaign,
  type Campaign,
  type CampaignChanges,
  type CampaignDefinition,
  updateCampaign,
} from '../../../stores/postgres/configuration/campaigns.ts';
import type { AdminInstance } from '../context.ts';
import { withoutUndefined } from '../without-undefined.ts';
import { checkDestinations } from './check-destinations.ts';
import type { CampaignContext } from './context.ts';
import { setETag, toAnswer, versionOfIfMatch } from './present.ts';
import { requireCampaign } from './read.ts';
import { withRuleIds } from './rule-ids.ts';
import { campaignParams, campaignSchema, ifMatchHeaders } from './schemas.ts';
import { trackingLinks } from './tracking-links.ts';

const config = { scope: 'campaigns:write' } as const;
const tags = ['campaigns'];
const ATTEMPTS_MAX = 20;

export function addChangeRoutes(app: AdminInstance, context: CampaignContext): void {
  const { pool, enginePort } = context;
  app.patch(
    '/api/v1/campaigns/:id',
    {
      config,
      schema: {
        operationId: 'changeCampaign',
        summary: 'Change a campaign',
        description:
          'Members left out stay as they are; `rules` are replaced as a whole; null takes away. An archived campaign can be changed by giving it a status. The next redirects follow within a second.',
        tags,
        params: campaignParams,
        headers: ifMatchHeaders,
        body: campaignPatchSchema,
        response: { 200: campaignSchema.describe('As it is now.') },
      },
    },
    async ({ params: { id }, headers, body, caller: { organizationId } }, reply) => {
      checkDestinations(body);
      const ifVersion = versionOfIfMatch(headers['if-match']);
      const changed = await change(pool, { organizationId, id, ifVersion, body });
      const linksOf = await trackingLinks(pool, organizationId, enginePort);
      setETag(reply, changed);
      return toAnswer(changed, linksOf);
    },
  );
  app.delete(
    '/api/v1/campaigns/:id',
    {
      config,
      schema: {
        operationId: 'archiveCampaign',
        summary: 'Archive a campaign',
        description:
          'Its link leads to the fallback URL of the organisation, else to 404; what it was worth stays in the reports. Doing so again changes nothing.',
        tags,
        params: campaignParams,
        headers: ifMatchHeaders,
        response: { 200: campaignSchema.describe('The archived campaign.') },
      },
    },
    async ({ params: { id }, headers, caller: { organizationId } }, reply) => {
      const ifVersion = versionOfIfMatch(headers['if-match']);
      const current = await requireCampaign(pool, organizationId, id);
      const archived =
        current.status === 'archived'
          ? current
          : await archiveCampaign(pool, organizationId, id, ifVersion);
      const linksOf = await trackingLinks(pool, organizationId, enginePort);
      setETag(reply, archived);
      return toAnswer(archived, linksOf);
    },
  );
}

/**
 * A definition is put together from the one that was read, and saved only if it still is that one; when
 * somebody else was faster, and the caller did not ask for a version, it is put together again.
 */
async function change(
  pool: pg.Pool,
  wanted: {
    organizationId: string;
    id: string;
    ifVersion: number | undefined;
    body: CampaignPatch;
  },
): Promise<Campaign> {
  const { organizationId, id, ifVersion, body } = wanted;
  for (let attempt = 1; ; attempt++) {
    const current = await requireCampaign(pool, organizationId, id);
    const changes = changesOf(body, current);
    const madeFor = changes.definition === undefined ? ifVersion : (ifVersion ?? current.version);
    try {
      return await updateCampaign(pool, organizationId, id, changes, madeFor);
    } catch (error) {
      const wasSlower = error instanceof TrellisError && error.code === 'campaign_changed';
      if (!wasSlower || ifVersion !== undefined || attempt === ATTEMPTS_MAX) {
        throw error;
      }
    }
  }
}

function changesOf(patch: CampaignPatch, current: Campaign): CampaignChanges {
  const { name, status, default_action, timezone, rules, cost } = patch;
  const isDefined = timezone !== undefined || rules !== undefined || cost !== undefined;
  return withoutUndefined({
    name,
    status,
    default_action,
    definition: isDefined ? changedDefinition(patch, current.definition) : undefined,
  });
}

function changedDefinition(
  { timezone, rules, cost }: CampaignPatch,
  current: CampaignDefinition,
): CampaignDefinition {
  const { cost: currentCost, ...rest } = current;
  const newCost = cost === undefined ? currentCost : cost;
  return {
    ...rest,
    ...(timezone === undefined ? {} : { timezone }),
    ...(rules === undefined ? {} : { rules: withRuleIds(rules) }),
    ...(newCost == null
      ? {}
      : { cost: { amount: String(newCost.amount), currency: newCost.currency } }),
  };
}
