import { z } from 'zod';
import {
  JOURNEY_MODELS,
  type JourneyModel,
  type RuleModel,
} from '../../../analytics/attribution/models.ts';
import { attributeAllUsers } from '../../../analytics/queries/attribution/all-users.ts';
import { attributeOneUser } from '../../../analytics/queries/attribution/one-user.ts';
import {
  parseTimeRange,
  type TimeRange,
  TimeRangeError,
  type TimeRangeText,
} from '../../../analytics/schema/time-range.ts';
import { readRates } from '../../../stores/postgres/configuration/rates.ts';
import type { AdminContext, AdminInstance } from '../context.ts';
import { ProblemError } from '../problems.ts';
import { presentAllUsers, presentOneUser } from './present.ts';
import {
  type AllUsersAnswer,
  type AttributionQuery,
  allUsersAnswer,
  attributionQuery,
  type OneUserAnswer,
  oneUserAnswer,
} from './schemas.ts';

/** Attribution: which touchpoints, or which sources, get how much of the conversions. */
export function addAttributionRoutes(app: AdminInstance, context: AdminContext): void {
  app.get(
    '/api/v1/analytics/attribution',
    {
      config: { scope: 'analytics:read', rateLimit: { max: 240 } },
      schema: {
        operationId: 'getAttribution',
        summary: 'Divide conversions among the touchpoints before them',
        description:
          'With `user_id` for each touchpoint of that user, without it for all users by source, medium or campaign. `markov` and `shapley` compare the journeys of all users, so they need there to be no `user_id`, and `direct_weight` means nothing to them.',
        tags: ['analytics'],
        querystring: attributionQuery,
        response: {
          200: z.union([oneUserAnswer, allUsersAnswer]).describe('The credit; all of it adds up.'),
        },
      },
    },
    ({ query, caller }) =>
      query.user_id === undefined
        ? answerForAll(context, caller.organizationId, query)
        : answerForOne(context, caller.organizationId, query, query.user_id),
  );
}

async function answerForOne(
  { pool, clickhouse, clock }: AdminContext,
  organizationId: string,
  query: AttributionQuery,
  userId: string,
): Promise<OneUserAnswer> {
  const { model } = query;
  if (isJourneyModel(model)) {
    throw refusal('model', `${model} compares the journeys of all users: leave user_id out`);
  }
  const { start = '1970-01-01', end, timezone } = query;
  const range =
    query.start === undefined && end === undefined
      ? undefined
      : readRange({ start, end, timezone }, clock.nowMs());
  const rates = await readRates(pool, organizationId);
  const attribution = await attributeOneUser(clickhouse, {
    organizationId,
    userId,
    model,
    range,
    lookbackDays: query.lookback_days,
    halfLifeDays: query.half_life_days,
    directWeight: query.direct_weight,
    rates,
  });
  return presentOneUser(attribution, { userId, model, currency: rates.reportingCurrency });
}

async function answerForAll(
  { pool, clickhouse, clock }: AdminContext,
  organizationId: string,
  query: AttributionQuery,
): Promise<AllUsersAnswer> {
  const { model, group_by: groupBy } = query;
  if (isJourneyModel(model) && query.direct_weight !== 1) {
    throw refusal('direct_weight', `${model} knows no weights of touchpoints`);
  }
  const range = readRange(query, clock.nowMs());
  const rates = await readRates(pool, organizationId);
  const attribution = await attributeAllUsers(clickhouse, {
    organizationId,
    model,
    groupBy,
    range,
    lookbackDays: query.lookback_days,
    halfLifeDays: query.half_life_days,
    directWeight: query.direct_weight,
    rates,
  });
  return presentAllUsers(attribution, {
    model,
    groupBy,
    range,
    currency: rates.reportingCurrency,
  });
}

function isJourneyModel(model: RuleModel | JourneyModel): model is JourneyModel {
  return JOURNEY_MODELS.some((name) => name === model);
}

function readRange(text: TimeRangeText, nowMs: number): TimeRange {
  try {
    return parseTimeRange(text, nowMs);
  } catch (error) {
    throw error instanceof TimeRangeError ? refusal(error.path, error.message, error.code) : error;
  }
}

function refusal(field: string, message: string, code = 'invalid_request'): ProblemError {
  const path = `/querystring/${field}`;
  return new ProblemError(400, code, `${path}: ${message}`, [{ path, message }]);
}
