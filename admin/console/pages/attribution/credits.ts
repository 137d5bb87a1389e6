import { formatCompact, formatCount, formatMoney, formatPercent } from '../../parts/format.ts';
import type { AllUsers, Column, GroupBy, Measure, Model } from './models.ts';

type Group = AllUsers['groups'][number];

/** What the API calls the groups beyond a model's limit; it stands last. */
const POOLED = 'other';

/** One source, medium or campaign, with what each model gives it. */
export type CreditRow = {
  group: string | null;
  byModel: ReadonlyMap<Model, Group>;
  firstTouches: number;
  lastTouches: number;
};

/** The rows of all models, the most valuable first; what one has pooled, another may tell apart. */
export function creditRows(columns: readonly Column[]): CreditRow[] {
  const rows = new Map<string | null, Map<Model, Group>>();
  for (const { model, answer } of columns) {
    for (const group of answer?.groups ?? []) {
      const byModel = rows.get(group.group) ?? new Map<Model, Group>();
      byModel.set(model, group);
      rows.set(group.group, byModel);
    }
  }
  return [...rows]
    .map(([group, byModel]) => {
      const [any] = byModel.values();
      return {
        ...{ group, byModel },
        firstTouches: any?.first_touches ?? 0,
        lastTouches: any?.last_touches ?? 0,
      };
    })
    .sort(
      (one, other) =>
        Number(one.group === POOLED) - Number(other.group === POOLED) ||
        largest(other) - largest(one),
    );
}

function largest({ byModel }: CreditRow): number {
  return Math.max(...[...byModel.values()].map(({ attributed_value }) => attributed_value));
}

export function measureOf(group: Group | undefined, measure: Measure): number {
  if (group === undefined) {
    return 0;
  }
  switch (measure) {
    case 'value':
      return group.attributed_value;
    case 'conversions':
      return group.attributed_conversions;
    case 'percent':
      return group.percent;
  }
}

const CONVERSIONS = new Intl.NumberFormat(undefined, {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

export function showMeasure(value: number, measure: Measure, currency: string): string {
  switch (measure) {
    case 'value':
      return formatMoney(value, currency);
    case 'conversions':
      // Shares of conversions add up to fractions.
      return Number.isInteger(value) ? formatCount(value) : CONVERSIONS.format(value);
    case 'percent':
      return formatPercent(value);
  }
}

export function showShort(value: number, measure: Measure): string {
  return measure === 'percent' ? formatPercent(value, 0) : formatCompact(value);
}

export function groupName(group: string | null, groupBy: GroupBy): string {
  return group ?? `Without ${groupBy}`;
}
