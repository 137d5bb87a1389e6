import type { ClickHouseClient } from '@clickhouse/client';
import { apportion, percentages } from '../../attribution/apportion.ts';
import { markovRemovalEffects } from '../../attribution/markov.ts';
import type { AttributionModel, JourneyModel, RuleModel } from '../../attribution/models.ts';
import { smallestPart, toUnits } from '../../attribution/money-units.ts';
import { SHAPLEY_CHANNELS_MAX, shapleyCredits } from '../../attribution/shapley.ts';
import { lookbackMs } from '../../attribution/user-attribution.ts';
import { type Rates, unconvertedPredicate } from '../../schema/money.ts';
import type { TimeRange } from '../../schema/time-range.ts';
import { queryRows } from '../reports/run-query.ts';
import {
  CONVERTED,
  creditsByGroup,
  groupNamesOf,
  groupSets,
  LOST,
  START,
  transitions,
} from './credits.ts';
import { conversionTotals, type GroupBy, type JourneyShape, unconvertedTotals } from './events.ts';

export type AllUsersOptions = {
  organizationId: string;
  model: AttributionModel;
  groupBy: GroupBy;
  /** Of the conversions; touchpoints may be older by the lookback. */
  range: TimeRange;
  lookbackDays: number;
  halfLifeDays: number;
  /** Has no meaning for `markov` and `shapley`. */
  directWeight: number;
  rates: Rates;
};

export type GroupCredit = {
  /** Null for touchpoints without medium or campaign; `other` for all groups beyond the limit. */
  group: string | null;
  /** Ten-thousandths of the reporting currency. */
  units: bigint;
  /** Shares of conversions added up. */
  conversions: number;
  /** Of the attributed value; of attributed conversions when they are worth nothing. */
  percent: number;
  /** Conversions whose first, and whose last, touchpoint is in the group. */
  firstTouches: number;
  lastTouches: number;
};

export type AllUsersAttribution = {
  /** Highest value first. */
  groups: GroupCredit[];
  conversions: number;
  totalUnits: bigint;
  unattributedConversions: number;
  unattributedUnits: bigint;
  unconverted: Array<{ currency: string; value: string }>;
  /** Conversions of users with more touchpoints than are kept. */
  conversionsCut: number;
};

/** How many groups a model can tell apart; the rest is pooled. */
const GROUPS_MAX = { rule: 1000, markov: 200, shapley: SHAPLEY_CHANNELS_MAX } as const;
export const POOLED_GROUP = 'other';

/** Credits all conversions of a time range to groups of touchpoints. Journeys stay in ClickHouse. */
export async function attributeAllUsers(
  client: ClickHouseClient,
  options: AllUsersOptions,
): Promise<AllUsersAttribution> {
  const { organizationId } = options;
  const params = paramsOf(options);
  const ask = <T>(sql: string) => queryRows<T>(client, { organizationId, sql, params });
  const [totals, unconverted] = await Promise.all([
    ask<TotalsRow>(conversionTotals(options.rates)),
    ask<{ currency: string; value: string }>(
      unconvertedTotals(unconvertedPredicate(options.rates)),
    ),
  ]);
  const conversions = totals[0]?.conversions ?? 0;
  const totalUnits = BigInt(totals[0]?.units ?? 0);
  const shape = shapeOf(options, (totals[0]?.orphans ?? 0) > 0);
  const rule = ruleModelOf(options.model);
  const rows = conversions === 0 ? [] : await ask<CreditRow>(creditsByGroup(rule, shape));
  const byRule = mergePooled(rows);
  const attributedConversions = sum([...byRule.values()].map((credit) => credit.firstTouches));
  const attributedUnits = [...byRule.values()].reduce((total, credit) => total + credit.units, 0n);
  const credits =
    byRule.size === 0
      ? []
      : finish(
          byRule,
          options.model === 'markov' || options.model === 'shapley'
            ? await journeyShares(ask, options.model, shape, byRule)
            : undefined,
          { units: attributedUnits, conversions: attributedConversions },
        );
  return {
    groups: credits,
    conversions,
    totalUnits,
    unattributedConversions: conversions - attributedConversions,
    unattributedUnits: totalUnits - attributedUnits,
    unconverted,
    conversionsCut: sum(rows.map((row) => row.cut)),
  };
}

type Ask = <T>(query: string) => Promise<T[]>;
type TotalsRow = { conversions: number; units: string; orphans: number };
type CreditRow = {
  name: string | null;
  units: string;
  share: number;
  first_touches: number;
  last_touches: number;
  cut: number;
};
/** What a group gets of the conversions (a number of them) and, where it differs, of their value. */
type Shares = { conversions: number; value: number };
type RuleCredit = { units: bigint; share: number; firstTouches: number; lastTouches: number };

function paramsOf(options: AllUsersOptions): Record<string, unknown> {
  const backMs = lookbackMs(options.lookbackDays);
  return {
    start_ms: String(options.range.startMs),
    end_ms: String(options.range.endMs),
    origin_ms: String(options.range.startMs - backMs),
    lookback_ms: String(backMs),
    half_life_days: options.halfLifeDays,
    direct_weight: options.directWeight,
  };
}

function shapeOf({ model, groupBy, rates }: AllUsersOptions, withOrphans: boolean): JourneyShape {
  const isJourneyModel = model === 'markov' || model === 'shapley';
  return {
    groupBy,
    rates,
    groupsMax: isJourneyModel ? GROUPS_MAX[model] : GROUPS_MAX.rule,
    withNulls: model === 'markov',
    withOrphans,
  };
}

/** The others need the totals and the first and last touchpoints of any rule. */
function ruleModelOf(model: AttributionModel): RuleModel {
  return model === 'markov' || model === 'shapley' ? 'linear' : model;
}

/** By group; a group that is really called like the pooled one is pooled. */
function mergePooled(rows: readonly CreditRow[]): Map<string, RuleCredit> {
  const credits = new Map<string, RuleCredit>();
  for (const row of rows) {
    const group = row.name ?? POOLED_GROUP;
    const before = credits.get(group);
    credits.set(group, {
      units: (before?.units ?? 0n) + BigInt(row.units),
      share: (before?.share ?? 0) + row.share,
      firstTouches: (before?.firstTouches ?? 0) + row.first_touches,
      lastTouches: (before?.lastTouches ?? 0) + row.last_touches,
    });
  }
  return credits;
}

function journeyShares(
  ask: Ask,
  model: JourneyModel,
  shape: JourneyShape,
  byRule: ReadonlyMap<string, RuleCredit>,
): Promise<Map<string, Shares>> {
  return model === 'markov' ? markovShares(ask, shape, byRule) : shapleyShares(ask, shape);
}

async function markovShares(
  ask: Ask,
  shape: JourneyShape,
  byRule: ReadonlyMap<string, RuleCredit>,
): Promise<Map<string, Shares>> {
  const names = await channelNames(ask, shape);
  const rows = await ask<{ source_state: number; target_state: number; count: number }>(
    transitions(shape),
  );
  const { removalEffects } = markovRemovalEffects(
    rows.map((row) => ({
      from: row.source_state === START ? 'start' : row.source_state,
      to: stateOf(row.target_state),
      count: row.count,
    })),
    names.length,
  );
  // Named apart and pooled in one, should a group be called like the pooled one.
  const shares = new Map<string, Shares>();
  for (const [channel, name] of names.entries()) {
    const effect = removalEffects[channel] ?? 0;
    if (effect > 0 || byRule.has(name)) {
      const together = (shares.get(name)?.value ?? 0) + effect;
      shares.set(name, { conversions: together, value: together });
    }
  }
  return shares;
}

function stateOf(target: number): number | 'conversion' | 'null' {
  if (target === CONVERTED) return 'conversion';
  return target === LOST ? 'null' : target;
}

async function shapleyShares(ask: Ask, shape: JourneyShape): Promise<Map<string, Shares>> {
  const names = await channelNames(ask, shape);
  const rows = await ask<{ mask: number; count: number; units: number }>(groupSets(shape));
  // Channel 0 is the pooled one, and there is no such when all channels have their own number.
  const isPooled = rows.some((row) => (row.mask & 1) === 1);
  const players = isPooled ? names : names.slice(1);
  const credits = (worth: (row: { count: number; units: number }) => number) =>
    shapleyCredits(
      rows.map((row) => ({
        mask: isPooled ? row.mask : row.mask >> 1,
        worth: worth(row),
      })),
      players.length,
    ).map((credit) => Math.max(0, credit));
  const byCount = credits((row) => row.count);
  const byValue = credits((row) => row.units);
  const shares = new Map<string, Shares>();
  for (const [player, name] of players.entries()) {
    const before = shares.get(name);
    shares.set(name, {
      conversions: (before?.conversions ?? 0) + (byCount[player] ?? 0),
      value: (before?.value ?? 0) + (byValue[player] ?? 0),
    });
  }
  return shares;
}

/** The pooled group, number 0, and the groups from 1 on. */
async function channelNames(ask: Ask, shape: JourneyShape): Promise<string[]> {
  const rows = await ask<{ names: string[] }>(groupNamesOf(shape));
  return [POOLED_GROUP, ...(rows[0]?.names ?? [])];
}

/**
 * Turns shares into parts that add up to what there is.
 *
 * @param shares undefined for models of rules, whose values are exact already
 */
function finish(
  byRule: ReadonlyMap<string, RuleCredit>,
  shares: ReadonlyMap<string, Shares> | undefined,
  total: { units: bigint; conversions: number },
): GroupCredit[] {
  const groups = [...(shares ?? byRule).keys()];
  const conversionWeights = relative(
    groups.map((group) => shares?.get(group)?.conversions ?? byRule.get(group)?.share ?? 0),
  );
  const valueWeights = relative(
    groups.map((group) => shares?.get(group)?.value ?? Number(byRule.get(group)?.units ?? 0n)),
  );
  const weights = total.units > 0n ? valueWeights : conversionWeights;
  const percents = percentages(weights);
  const units =
    shares === undefined
      ? groups.map((group) => byRule.get(group)?.units ?? 0n)
      : apportion(total.units, weights, smallestPart(total.units));
  const counts = apportion(toUnits(String(total.conversions)), conversionWeights);
  return groups
    .map((group, index) => ({
      group: group === '' ? null : group,
      units: units[index] ?? 0n,
      conversions: Number(counts[index] ?? 0n) / 10_000,
      percent: percents[index] ?? 0,
      firstTouches: byRule.get(group)?.firstTouches ?? 0,
      lastTouches: byRule.get(group)?.lastTouches ?? 0,
    }))
    .sort((a, b) => Number(b.units - a.units) || b.conversions - a.conversions);
}

/** The largest becomes 1, so that amounts can be weights. */
function relative(amounts: readonly number[]): number[] {
  const largest = Math.max(...amounts);
  return amounts.map((amount) => (largest > 0 ? amount / largest : 1));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
