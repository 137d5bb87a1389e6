import type { ClickHouseClient } from '@clickhouse/client';
import { CONVERSION, OF_ORGANIZATION } from '../../schema/clicks.ts';
import {
  moneyToJson,
  type Rates,
  revenueExpression,
  type Unconverted,
  unconvertedPredicate,
} from '../../schema/money.ts';
import { hasWholeHours, type TimeRange, timeRangeParams } from '../../schema/time-range.ts';
import { rangePredicate } from './range-predicate.ts';
import { queryRows } from './run-query.ts';

export type ConversionQueryOptions = {
  organizationId: string;
  campaignIds: readonly string[];
  range?: TimeRange | undefined;
  timezone: string;
  rates: Rates;
};

/** A campaign's conversions. */
export type ConversionCells = {
  conversions: number;
  /** Decimal text in the reporting currency. */
  revenue: string;
  unconverted: Unconverted[];
  /** Conversions by hour of the day, 0 to 23. */
  byHour: Map<number, number>;
  /** Conversions by day of the week, 1 (Monday) to 7. */
  byWeekday: Map<number, number>;
  first_ms: string;
  last_ms: string;
};

type ConversionRow = {
  campaign: string;
  conversions: number;
  revenue: string;
  unconverted: Record<string, string>;
  hours: Record<string, number>;
  weekdays: Record<string, number>;
  first_ms: string;
  last_ms: string;
};

/** @returns conversions by campaign; a campaign without any is missing */
export async function readConversions(
  clickhouse: ClickHouseClient,
  { organizationId, campaignIds, range, timezone, rates }: ConversionQueryOptions,
): Promise<Map<string, ConversionCells>> {
  // Sums by campaign and hour are at hand (the projection campaign_hours) for whoever asks for nothing
  // finer. At most 168 cells a campaign and currency are left for the slower sums of maps.
  const time = hasHours(timezone, range) ? 'toStartOfHour(event_time)' : 'event_time';
  const cell = { value: 'cell_value', currency: 'currency' };
  const sql = `
    SELECT campaign, sum(n) AS conversions, sum(${revenueExpression(rates, cell)}) AS revenue,
      sumMapIf(map(currency, cell_value), ${unconvertedPredicate(rates, cell)}) AS unconverted,
      sumMap(map(hour, n)) AS hours, sumMap(map(weekday, n)) AS weekdays,
      toString(toUnixTimestamp64Milli(min(first))) AS first_ms,
      toString(toUnixTimestamp64Milli(max(last))) AS last_ms
    FROM (
      SELECT campaign_id AS campaign, toString(conversion_currency) AS currency,
        toHour(${time}, {timezone:String}) AS hour,
        toDayOfWeek(${time}, 0, {timezone:String}) AS weekday,
        count() AS n, sum(conversion_value) AS cell_value,
        min(event_time) AS first, max(event_time) AS last
      FROM events
      WHERE ${OF_ORGANIZATION} AND campaign_id IN {campaign_ids:Array(String)} AND ${CONVERSION}
        ${range === undefined ? '' : `AND ${rangePredicate(range)}`}
      GROUP BY campaign_id, conversion_currency, hour, weekday
    )
    GROUP BY campaign`;
  const rows = await queryRows<ConversionRow>(clickhouse, {
    organizationId,
    sql,
    params: {
      campaign_ids: [...campaignIds],
      timezone,
      ...(range === undefined ? {} : timeRangeParams(range)),
    },
  });
  return new Map(
    rows.map(({ campaign, unconverted, hours, weekdays, ...rest }) => [
      campaign,
      {
        ...rest,
        unconverted: toUnconverted(unconverted),
        byHour: toCounts(hours),
        byWeekday: toCounts(weekdays),
      },
    ]),
  );
}

function hasHours(timezone: string, range: TimeRange | undefined): boolean {
  return hasWholeHours(timezone, range?.startMs ?? 0, range?.endMs ?? Date.UTC(2100, 0, 1));
}

function toCounts(counts: Record<string, number>): Map<number, number> {
  return new Map(Object.entries(counts).map(([slot, count]) => [Number(slot), count]));
}

/** @param values decimal text by currency */
export function toUnconverted(values: Record<string, string>): Unconverted[] {
  return Object.entries(values)
    .map(([currency, value]) => ({ currency, value: moneyToJson(value) }))
    .sort((a, b) => a.currency.localeCompare(b.currency));
}
