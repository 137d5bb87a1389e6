import type { paths } from '../../../../client/index.ts';

export type FraudSettings =
  paths['/api/v1/fraud/settings']['get']['responses'][200]['content']['application/json'];

type NumberName = Exclude<keyof FraudSettings, 'enabled' | 'blocked_answer' | 'safe_url'>;

export type Field = {
  name: NumberName;
  label: string;
  hint: string;
  min: number;
  max: number;
  step?: number;
  decimals?: number;
  suffix?: string;
  /** Whether it decides what the backtest finds. */
  isTested: boolean;
};

const CLICKS = { min: 1, max: 1_000_000 } as const;
const CONFIDENCE = { min: 0.5, max: 1, step: 0.01, decimals: 2 } as const;

export const PATTERN_FIELDS: readonly Field[] = [
  {
    name: 'click_flood_clicks',
    label: 'Click flood: clicks in an hour',
    hint: 'More of one address',
    ...CLICKS,
    isTested: true,
  },
  {
    name: 'single_agent_clicks',
    label: 'Single agent: clicks in an hour',
    hint: 'More with one user agent only',
    ...CLICKS,
    isTested: true,
  },
  {
    name: 'rapid_fire_interval_ms',
    label: 'Rapid fire: time between clicks',
    hint: 'A shorter one on average',
    ...{ min: 1, max: 60_000, step: 100, suffix: ' ms' },
    isTested: true,
  },
  {
    name: 'rapid_fire_clicks',
    label: 'Rapid fire: clicks',
    hint: 'At least so many',
    ...CLICKS,
    isTested: true,
  },
];

export const DECISION_FIELDS: readonly Field[] = [
  {
    name: 'alert_above',
    label: 'Alert above a confidence of',
    hint: 'Clicks above it are suspicious',
    ...CONFIDENCE,
    isTested: true,
  },
  {
    name: 'block_above',
    label: 'Block above a confidence of',
    hint: '1 blocks nobody by itself',
    ...CONFIDENCE,
    isTested: true,
  },
  {
    name: 'block_hours',
    label: 'Block for',
    hint: 'From the click that exceeded it',
    ...{ min: 1, max: 8_760, suffix: ' hours' },
    isTested: true,
  },
  {
    name: 'quick_conversion_ms',
    label: 'Conversion too quick below',
    hint: 'After its click: suspicious',
    ...{ min: 0, max: 3_600_000, step: 1_000, suffix: ' ms' },
    isTested: false,
  },
];

const FIELDS: readonly Field[] = [...PATTERN_FIELDS, ...DECISION_FIELDS];

export const ANSWERS = [
  { value: 'forbid', label: 'Refuse them (403)' },
  { value: 'safe_url', label: 'Send them to a safe page' },
  { value: 'flag', label: 'Redirect them as usual, only mark the click' },
] as const satisfies ReadonlyArray<{ value: FraudSettings['blocked_answer']; label: string }>;

/** What a setting is called. */
export function labelOf(name: keyof FraudSettings): string {
  const names = {
    enabled: 'Detection',
    blocked_answer: 'What blocked visitors get',
    safe_url: 'Safe page',
  };
  return name in names
    ? names[name as keyof typeof names]
    : (FIELDS.find((field) => field.name === name)?.label ?? name);
}

/** The members of `draft` that differ from what is saved. */
export function changesOf(saved: FraudSettings, draft: FraudSettings): Partial<FraudSettings> {
  return Object.fromEntries(
    Object.entries(draft).filter(([name, value]) => value !== saved[name as keyof FraudSettings]),
  );
}

/** The thresholds among changes, which the backtest can try out. */
export function testedOf(
  changes: Partial<FraudSettings>,
): Partial<Pick<FraudSettings, NumberName>> {
  const tested = FIELDS.filter(({ isTested }) => isTested).map(({ name }) => name as string);
  return Object.fromEntries(Object.entries(changes).filter(([name]) => tested.includes(name)));
}
