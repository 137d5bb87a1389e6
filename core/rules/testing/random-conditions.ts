import { checkConditions } from '../check-condition.ts';
import type { Comparison, Condition, ConditionValue } from '../condition.ts';
import { FIELD_NAMES } from '../fields.ts';
import { OPERATOR_NAMES, type OperatorName } from '../operators.ts';
import { WEEKDAYS } from '../timezone.ts';
import type { Random } from './random.ts';
import { HEADER_NAMES, ODD_ADDRESSES, ODD_TEXTS, ODD_URLS, PARAM_NAMES } from './random-events.ts';

const ALL_FIELDS = [
  ...FIELD_NAMES,
  ...PARAM_NAMES.map((name) => `param.${name}`),
  ...HEADER_NAMES.map((name) => `header.${name}`),
  'param.missing',
];

const PATTERNS = [
  'face',
  '^face.*k$',
  'K$',
  's',
  'ß',
  '[à-ü]+',
  '^\\d+(\\.\\d+)?$',
  'σ',
  'ΟΔΟΣ$',
  '\\bos\\b',
  'line.break',
  'a$|^İ',
  '\\PL',
  '(?-i)Ünï',
  '[[:upper:]]',
  '\\x{1F468}',
  '^.$',
  '^..$',
  '(a|b)*c?$',
  'iphone|android',
  'a{0}',
  '[^a-z]',
  "';",
  '\\\\',
  '^$',
  '$^',
  '\\z',
  '\\w+\\s\\w+',
  '.*',
  '[\\s\\S]{5000}x',
];

const NETWORKS = [
  '10.0.0.0/8',
  '10.1.2.3',
  '0.0.0.0/0',
  '::/0',
  '::ffff:10.0.0.0/104',
  '::ffff:0:0/96',
  '2001:db8::/32',
  '2001:db8::1/128',
  '2001:db8::/33',
  'fe80::/10',
  '::1',
  '192.0.2.0/31',
  '1:2:3:4:5:6:7:0/127',
];

const COMMON_HOSTS = ['facebook.com', 'www.tiktok.com', 'shop.example', 'l.facebook.com'];

/** A random condition that `checkConditions` accepts. */
export function randomCondition(random: Random, depth = 0): Condition {
  if (depth < 3 && random.chance(depth === 0 ? 0.25 : 0.4)) {
    const inner = () => randomCondition(random, depth + 1);
    return random.pick([
      () => ({ any: random.some(3, inner) }),
      () => ({ all: random.some(3, inner) }),
      () => ({ not: inner() }),
    ])();
  }
  return randomComparison(random);
}

/** A random comparison that `checkConditions` accepts; any field with any of its operators. */
export function randomComparison(random: Random): Comparison {
  for (;;) {
    const field = random.pick(ALL_FIELDS);
    const operator = random.pick(OPERATOR_NAMES);
    const value = randomValue(random, field, operator);
    const comparison = value === undefined ? { field, operator } : { field, operator, value };
    if (checkConditions([comparison]).length === 0) return comparison;
  }
}

function randomValue(
  random: Random,
  field: string,
  operator: OperatorName,
): ConditionValue | undefined {
  const one = () => singleValue(random, field, operator);
  switch (operator) {
    case 'exists':
    case 'not_exists':
      return undefined;
    case 'in':
    case 'not_in':
      return random.some(5, one) as Array<string | number>;
    case 'between':
      return [one(), one()] as Array<string | number>;
    case 'in_cidr':
      return random.chance(0.5)
        ? random.pick(NETWORKS)
        : random.some(4, () => random.pick(NETWORKS));
    case 'matches':
      return random.pick(PATTERNS);
    default:
      return one();
  }
}

function singleValue(
  random: Random,
  field: string,
  operator: OperatorName,
): string | number | boolean {
  switch (field) {
    case 'hour':
      return random.below(24);
    case 'date':
      return random.pick(['2024-03-31', '2024-10-27', '2023-04-02', '2000-01-01', '2024-01-01']);
    case 'weekday':
      return random.pick(WEEKDAYS);
    case 'is_bot':
    case 'is_unique':
      return random.chance(0.5);
    case 'fraud_score':
      return random.pick([0, 0.1, 0.3, 0.8, 0.95, 1, random.next()]);
    case 'country':
      return random.pick(['US', 'de', 'UK', 'fr']);
    case 'device_type':
      return random.pick(['mobile', 'Tablet', 'desktop', 'bot', 'other']);
    case 'ip':
      return part(random, random.pick(ODD_ADDRESSES), operator);
    case 'referer_domain':
      return part(random, random.pick(COMMON_HOSTS), operator);
    case 'campaign':
      return part(random, random.pick(['SUMMER_SALE', 'summer%20sale/x', '/', 'a\nb']), operator);
    case 'referer':
    case 'url':
    case 'path':
      return part(random, random.pick(ODD_URLS), operator);
    default:
      return random.chance(0.15)
        ? random.pick([1, -1, 0, 1.5, 17, 1.1, 1.000001])
        : part(random, random.pick(ODD_TEXTS), operator);
  }
}

/** For operators that look inside of texts, mostly a piece of one. */
function part(random: Random, text: string, operator: OperatorName): string {
  const short = text.slice(0, 900);
  if (operator === 'starts_with') return short.slice(0, 1 + random.below(6));
  if (operator === 'ends_with') return text.slice(-1 - random.below(6));
  if (operator !== 'contains' && operator !== 'not_contains') return short;
  const start = random.below(short.length + 1);
  return short.slice(start, start + 1 + random.below(4));
}
