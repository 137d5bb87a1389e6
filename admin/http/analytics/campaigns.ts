import {
  type CampaignReport,
  reportCampaigns,
} from '../../../analytics/queries/reports/campaign-report.ts';
import { SharedAnswers } from '../../../analytics/queries/reports/shared-answers.ts';
import { convertAmount, type Rates } from '../../../analytics/schema/money.ts';
import {
  type Campaign,
  getCampaign,
  listCampaigns,
} from '../../../stores/postgres/configuration/campaigns.ts';
import { readRates } from '../../../stores/postgres/configuration/rates.ts';
import type { AdminContext, AdminInstance } from '../context.ts';
import { readCursor, toPage } from '../cursor.ts';
import { ProblemError } from '../problems.ts';
import {
  answerSchema,
  type CampaignAnswer,
  type CampaignsQuery,
  type ManyCampaignsAnswer,
  querySchema,
} from './campaign-schemas.ts';
import { periodOf } from './period.ts';
import { tags } from './schemas.ts';
import { readTimeRange, readTimezone } from './time-range.ts';

const LIST = 'campaign_reports';

type ReportContext = AdminContext & { shared: SharedAnswers<CampaignReport[]> };

/** What campaigns brought. */
export function addCampaignReportRoutes(app: AdminInstance, parts: AdminContext): void {
  const context = { ...parts, shared: new SharedAnswers<CampaignReport[]>() };
  app.get(
    '/api/v1/analytics/campaigns',
    {
      config: { scope: 'analytics:read' },
      schema: {
        operationId: 'getCampaignReport',
        summary: 'Clicks, conversions and revenue of campaigns',
        description:
          'One `campaign_id`: its report. Several (repeated, or separated by commas) or none: `campaigns`, a report each; none means all campaigns, page by page.',
        tags,
        querystring: querySchema,
        response: { 200: answerSchema },
      },
    },
    async ({ query, caller: { organizationId } }) => {
      const { campaign_id: ids } = query;
      return ids.length === 0
        ? reportAll(context, organizationId, query)
        : reportNamed(context, organizationId, query);
    },
  );
}

async function reportNamed(
  context: ReportContext,
  organizationId: string,
  query: CampaignsQuery,
): Promise<CampaignAnswer | ManyCampaignsAnswer> {
  const ids = [...new Set(query.campaign_id)];
  const found = await Promise.all(ids.map((id) => getCampaign(context.pool, organizationId, id)));
  const known = new Map(
    found.flatMap((campaign) =>
      campaign === undefined ? [] : [[campaign.campaign_id, campaign] as const],
    ),
  );
  const reports = await answers(context, organizationId, query, ids, known);
  // Traffic may carry the name of a campaign that is nowhere configured: SQL can give it.
  const missing = reports.find(
    ({ campaign_id, metrics: { clicks, blocked_clicks, conversions } }) =>
      !known.has(campaign_id) && clicks + blocked_clicks + conversions === 0,
  );
  if (missing !== undefined) {
    throw new ProblemError(404, 'campaign_unknown', `There is no campaign ${missing.campaign_id}`, [
      { path: '/querystring/campaign_id', message: 'is no campaign' },
    ]);
  }
  const [first] = reports;
  return ids.length === 1 && first !== undefined
    ? first
    : { campaigns: reports, next_cursor: null };
}

async function reportAll(
  context: ReportContext,
  organizationId: string,
  query: CampaignsQuery,
): Promise<ManyCampaignsAnswer> {
  const found = await listCampaigns(context.pool, organizationId, {
    after: readCursor(LIST, query.cursor),
    limit: query.limit + 1,
  });
  const { page, next_cursor } = toPage(LIST, found, query.limit, (entry) => entry.campaign_id);
  const known = new Map(page.map((campaign) => [campaign.campaign_id, campaign]));
  const campaigns =
    page.length === 0
      ? []
      : await answers(context, organizationId, query, [...known.keys()], known);
  return { campaigns, next_cursor };
}

async function answers(
  { pool, clickhouse, clock, shared }: ReportContext,
  organizationId: string,
  query: CampaignsQuery,
  campaignIds: readonly string[],
  known: ReadonlyMap<string, Campaign>,
): Promise<CampaignAnswer[]> {
  const timezone = readTimezone(query.timezone, '/querystring');
  const isBounded = query.start !== undefined || query.end !== undefined;
  const range = isBounded
    ? readTimeRange({ start: '1970-01-01', ...query }, clock.nowMs(), '/querystring')
    : undefined;
  const rates = await readRates(pool, organizationId);
  const costs = costsOf(known, rates);
  const { include_bots: includeBots, exact } = query;
  const question = [campaignIds, range, timezone, includeBots, exact, ...costs];
  const money = [rates.reportingCurrency, ...rates.rates];
  const reports = await shared.get(organizationId, [question, money], () =>
    reportCampaigns(clickhouse, {
      ...{ organizationId, campaignIds, range, timezone, rates, costs, includeBots, exact },
    }),
  );
  return reports.map((report) => ({
    campaign_id: report.campaignId,
    period: periodOf(query, {
      firstMs: report.firstMs,
      lastMs: report.lastMs,
      timezone,
      claimed: known.get(report.campaignId)?.definition.time_range,
    }),
    currency: rates.reportingCurrency,
    unconverted: report.unconverted,
    metrics: report.metrics,
  }));
}

/** Costs in the reporting currency; one that cannot be converted is none. */
function costsOf(known: ReadonlyMap<string, Campaign>, rates: Rates): Map<string, string> {
  const costs = new Map<string, string>();
  for (const { campaign_id, definition } of known.values()) {
    const { cost } = definition;
    const amount =
      cost === undefined ? undefined : convertAmount(String(cost.amount), cost.currency, rates);
    if (amount !== undefined) {
      costs.set(campaign_id, amount);
    }
  }
  return costs;
}
