import { z } from 'zod';
import { previewRun } from '../../../analytics/retroactive/preview.ts';
import type { Span } from '../../../analytics/retroactive/run.ts';
import {
  cancelRun,
  claimDefinitionOf,
  createRun,
  getRun,
  listRuns,
  undoRun,
} from '../../../analytics/retroactive/runs.ts';
import { parseTimeRange, TimeRangeError } from '../../../analytics/schema/time-range.ts';
import { TrellisError } from '../../../core/errors.ts';
import { getCampaign } from '../../../stores/postgres/configuration/campaigns.ts';
import type { AdminContext, AdminInstance } from '../context.ts';
import { pageQuery, readCursor, toPage } from '../cursor.ts';
import { ProblemError } from '../problems.ts';
import { invalidRequest } from '../validation.ts';
import {
  campaignParams,
  previewSchema,
  rangeBody,
  runListSchema,
  runParams,
  runSchema,
  toRangeBody,
  toRunBody,
} from './schemas.ts';

const LIST = 'retroactive_runs';
const BASE = '/api/v1/campaigns/:id/retroactive';
const TAGS = ['retroactive campaigns'];

/** Routes with which a campaign claims traffic that was recorded before it existed. */
export function addRetroactiveRoutes(app: AdminInstance, context: AdminContext): void {
  addPreviewRoute(app, context);
  addStartRoute(app, context);
  addReadRoutes(app, context);
  addEndingRoutes(app, context);
}

function addPreviewRoute(app: AdminInstance, context: AdminContext): void {
  app.post(
    `${BASE}/preview`,
    {
      config: { scope: 'campaigns:read' },
      schema: {
        operationId: 'previewRetroactiveRun',
        tags: TAGS,
        summary: 'Count what a retroactive run would attribute',
        description:
          'Counts unattributed traffic that matches the rules of the campaign, by month and by rule, ' +
          'without changing anything.',
        params: campaignParams,
        body: rangeBody,
        response: { 200: previewSchema },
      },
    },
    async ({ caller, params, body }) => {
      const { organizationId } = caller;
      const span = await spanOf(context, organizationId, params.id, body?.time_range);
      const definition = await refusing(claimDefinitionOf(context.pool, organizationId, params.id));
      const options = { organizationId, definition, span };
      const preview = await previewRun(context.clickhouse, options);
      return {
        campaign_id: params.id,
        time_range: toRangeBody(span),
        events_total: preview.clicks + preview.visits,
        ...preview,
      };
    },
  );
}

function addStartRoute(app: AdminInstance, context: AdminContext): void {
  app.post(
    `${BASE}/runs`,
    {
      config: { scope: 'campaigns:write' },
      schema: {
        operationId: 'startRetroactiveRun',
        tags: TAGS,
        summary: 'Start a retroactive run',
        description:
          'Gives the campaign to unattributed traffic that matches its rules, in the background. Runs ' +
          'of an organisation work one after the other.',
        params: campaignParams,
        body: rangeBody,
        response: { 202: runSchema },
      },
    },
    async ({ caller, params, body }, reply) => {
      const { organizationId, keyId } = caller;
      const span = await spanOf(context, organizationId, params.id, body?.time_range);
      const run = await refusing(
        createRun(context.pool, {
          organizationId,
          campaignId: params.id,
          span,
          requestedBy: keyId,
        }),
      );
      return reply.code(202).send(toRunBody(run));
    },
  );
}

function addReadRoutes(app: AdminInstance, context: AdminContext): void {
  app.get(
    `${BASE}/runs`,
    {
      config: { scope: 'campaigns:read' },
      schema: {
        operationId: 'listRetroactiveRuns',
        tags: TAGS,
        summary: 'List the retroactive runs of a campaign',
        description: 'Newest first.',
        params: campaignParams,
        querystring: z.object(pageQuery),
        response: { 200: runListSchema },
      },
    },
    async ({ caller, params, query }) => {
      const options = { organizationId: caller.organizationId, campaignId: params.id };
      const after = readCursor(LIST, query.cursor);
      const entries = await refusing(
        listRuns(context.pool, { ...options, after, limit: query.limit + 1 }),
      );
      const { page, next_cursor } = toPage(LIST, entries, query.limit, ({ runId }) => runId);
      return { runs: page.map(toRunBody), next_cursor };
    },
  );
  app.get(
    `${BASE}/runs/:run`,
    {
      config: { scope: 'campaigns:read' },
      schema: {
        operationId: 'getRetroactiveRun',
        tags: TAGS,
        summary: 'Show a retroactive run',
        description: 'Its status, its progress and how many rows carry it now.',
        params: runParams,
        response: { 200: runSchema },
      },
    },
    async ({ caller, params }) =>
      toRunBody(await refusing(getRun(context.pool, addressOf(caller.organizationId, params)))),
  );
}

function addEndingRoutes(app: AdminInstance, context: AdminContext): void {
  app.post(
    `${BASE}/runs/:run/cancel`,
    {
      config: { scope: 'campaigns:write' },
      schema: {
        operationId: 'cancelRetroactiveRun',
        tags: TAGS,
        summary: 'Cancel a retroactive run',
        description:
          'The run finishes the step it is at and keeps what it has attributed until it is undone.',
        params: runParams,
        response: { 202: runSchema },
      },
    },
    async ({ caller, params }, reply) => {
      const address = addressOf(caller.organizationId, params);
      return reply.code(202).send(toRunBody(await refusing(cancelRun(context.pool, address))));
    },
  );
  app.post(
    `${BASE}/runs/:run/undo`,
    {
      config: { scope: 'campaigns:write' },
      schema: {
        operationId: 'undoRetroactiveRun',
        tags: TAGS,
        summary: 'Undo a retroactive run',
        description:
          'Every row of the run becomes what it was before, in the background. What other runs ' +
          'attributed stays.',
        params: runParams,
        response: { 202: runSchema },
      },
    },
    async ({ caller, params }, reply) => {
      const address = addressOf(caller.organizationId, params);
      return reply.code(202).send(toRunBody(await refusing(undoRun(context.pool, address))));
    },
  );
}

function addressOf(organizationId: string, params: { id: string; run: string }) {
  return { organizationId, campaignId: params.id, runId: params.run };
}

type RangeText = { start: string; end: string; timezone?: string | undefined };

/** The span of the request, else of the campaign. Dates are days of the campaign's time zone. */
async function spanOf(
  { pool, clock }: AdminContext,
  organizationId: string,
  campaignId: string,
  text: RangeText | undefined,
): Promise<Span> {
  const campaign = await getCampaign(pool, organizationId, campaignId);
  if (campaign === undefined) {
    throw new ProblemError(404, 'campaign_unknown', `There is no campaign ${campaignId}`);
  }
  const { timezone = 'UTC', time_range: ofCampaign } = campaign.definition;
  const range: RangeText | undefined = text ?? ofCampaign;
  if (range === undefined) {
    const message = 'is required: the campaign has none';
    throw invalidRequest([{ path: '/body/time_range', message }]);
  }
  try {
    return parseTimeRange({ ...range, timezone: range.timezone ?? timezone }, clock.nowMs());
  } catch (error) {
    if (!(error instanceof TimeRangeError)) throw error;
    throw invalidRequest([{ path: `/body/time_range/${error.path}`, message: error.message }]);
  }
}

const STATUS_OF_CODE: ReadonlyMap<string, number> = new Map([
  ['campaign_unknown', 404],
  ['run_unknown', 404],
  ['campaign_without_rules', 409],
  ['run_not_cancellable', 409],
  ['run_not_undoable', 409],
  ['too_many_runs', 429],
]);

/** Tells what was refused to whoever asked for it. */
async function refusing<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const status = error instanceof TrellisError ? STATUS_OF_CODE.get(error.code) : undefined;
    if (!(error instanceof TrellisError) || status === undefined) throw error;
    throw new ProblemError(status, error.code, error.message);
  }
}
