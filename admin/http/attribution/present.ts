import { describeJourney, shownDays } from '../../../analytics/attribution/insights.ts';
import type { AttributionModel } from '../../../analytics/attribution/models.ts';
import { unitsToDecimal } from '../../../analytics/attribution/money-units.ts';
import type { AllUsersAttribution } from '../../../analytics/queries/attribution/all-users.ts';
import type { GroupBy } from '../../../analytics/queries/attribution/events.ts';
import type { OneUserAttribution } from '../../../analytics/queries/attribution/one-user.ts';
import { moneyToJson } from '../../../analytics/schema/money.ts';
import type { TimeRange } from '../../../analytics/schema/time-range.ts';
import type { AllUsersAnswer, OneUserAnswer } from './schemas.ts';

export function presentOneUser(
  attribution: OneUserAttribution,
  { userId, model, currency }: { userId: string; model: AttributionModel; currency: string },
): OneUserAnswer {
  return {
    user_id: userId,
    total_value: money(attribution.totalUnits),
    currency,
    attribution_model: model,
    touchpoints: attribution.touchpoints.map((touchpoint) => ({
      timestamp: shownTime(touchpoint.atMs),
      source: touchpoint.source,
      medium: touchpoint.medium,
      campaign: touchpoint.campaign,
      days_before_conversion: shownDays(touchpoint.beforeConversionMs),
      attributed_value: money(touchpoint.units),
      attribution_percent: touchpoint.percent,
    })),
    conversions: attribution.conversions.map((conversion) => ({
      timestamp: shownTime(conversion.atMs),
      event: conversion.name,
      value: money(conversion.units),
      touchpoints: conversion.touchpoints,
    })),
    unattributed_value: money(attribution.unattributedUnits),
    unconverted: attribution.unconverted.map(presentUnconverted),
    events_cut: attribution.isCut,
    insights: describeJourney(attribution),
  };
}

export function presentAllUsers(
  attribution: AllUsersAttribution,
  question: { model: AttributionModel; groupBy: GroupBy; range: TimeRange; currency: string },
): AllUsersAnswer {
  return {
    model: question.model,
    group_by: question.groupBy,
    start: shownTime(question.range.startMs),
    end: shownTime(question.range.endMs),
    timezone: question.range.timezone,
    currency: question.currency,
    total_value: money(attribution.totalUnits),
    conversions: attribution.conversions,
    unattributed_value: money(attribution.unattributedUnits),
    unattributed_conversions: attribution.unattributedConversions,
    unconverted: attribution.unconverted.map(presentUnconverted),
    conversions_cut: attribution.conversionsCut,
    groups: attribution.groups.map((group) => ({
      group: group.group,
      attributed_value: money(group.units),
      attributed_conversions: group.conversions,
      percent: group.percent,
      first_touches: group.firstTouches,
      last_touches: group.lastTouches,
    })),
  };
}

function money(units: bigint): number {
  return moneyToJson(unitsToDecimal(units));
}

function presentUnconverted({ currency, value }: { currency: string; value: string }) {
  return { currency, value: moneyToJson(value) };
}

/** ISO 8601 in UTC, without milliseconds where there are none. */
function shownTime(atMs: number): string {
  return new Date(atMs).toISOString().replace('.000Z', 'Z');
}
