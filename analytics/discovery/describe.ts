import { createHash } from 'node:crypto';
import type { Condition, Rule } from '../../core/rules/definition.ts';
import type { TimeRange } from '../schema/time-range.ts';
import type { Group } from './membership.ts';
import { COUNTRY, DEVICE, HOUR, type Space, WEEKDAY } from './space.ts';

export const WEEKDAY_NAMES = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;

/** Where a group is concentrated; an empty list: nowhere in particular. */
export type Characteristics = {
  /** Hosts of the referring site, or the source, or `direct`. */
  source: string[];
  device_types: string[];
  /** ISO 3166-1 alpha-2. */
  countries: string[];
  time_patterns: { peak_hours: number[]; peak_days: string[] };
};

export function characteristicsOf(
  { anchor, box }: Group,
  space: Space,
  hosts: readonly string[],
): Characteristics {
  return {
    source:
      anchor.kind === 'site'
        ? hostNames(anchor.name, hosts)
        : anchor.name === ''
          ? []
          : [anchor.name],
    device_types: named(space.devices, box[DEVICE]),
    countries: named(space.countries, box[COUNTRY]),
    time_patterns: {
      peak_hours: [...(box[HOUR] ?? [])],
      peak_days: named(WEEKDAY_NAMES, box[WEEKDAY]),
    },
  };
}

function hostNames(site: string, hosts: readonly string[]): string[] {
  if (site === '') {
    return ['direct'];
  }
  return [...new Set([site, ...hosts.map((host) => host.replace(/^www\./, '')).sort()])];
}

function named(names: readonly string[], values: readonly number[] | null): string[] {
  return (values ?? []).flatMap((value) => names[value] ?? []);
}

/** Stable: the same group has the same name, whatever else is found. `tiktok_com_1f0c3a9e`. */
export function slugOf({ anchor, box }: Group, space: Space): string {
  const meaning = JSON.stringify([
    anchor.kind,
    anchor.name,
    named(space.devices, box[DEVICE]),
    named(space.countries, box[COUNTRY]),
    box[HOUR],
    box[WEEKDAY],
  ]);
  const hash = createHash('sha256').update(meaning).digest('hex').slice(0, 8);
  const words = (anchor.name === '' ? (anchor.kind === 'none' ? 'any' : 'direct') : anchor.name)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 60);
  return `${words === '' ? 'source' : words}_${hash}`;
}

/** `tiktok.com, mobile, CA/GB/US, 18:00–21:59, thursday–saturday` */
export function titleOf({ anchor, box }: Group, space: Space): string {
  const anchorTitle =
    anchor.name !== '' ? anchor.name : anchor.kind === 'none' ? 'Any site' : 'Direct';
  const days = named(WEEKDAY_NAMES, box[WEEKDAY]);
  return [
    anchorTitle.slice(0, 80),
    named(space.devices, box[DEVICE]).join('/'),
    named(space.countries, box[COUNTRY]).join('/'),
    hoursTitle(box[HOUR] ?? []),
    days.map((day) => day.slice(0, 3)).join('/'),
  ]
    .filter((part) => part !== '')
    .join(', ')
    .slice(0, 200);
}

/** Neighbouring hours as one: `7:00–8:59 17:00–17:59`. */
function hoursTitle(hours: readonly number[]): string {
  const runs: { from: number; to: number }[] = [];
  for (const hour of hours) {
    const last = runs.at(-1);
    if (last !== undefined && last.to === hour - 1) {
      last.to = hour;
    } else {
      runs.push({ from: hour, to: hour });
    }
  }
  return runs.map(({ from, to }) => `${from}:00–${to}:59`).join(' ');
}

/** What a rule asks of an event so that exactly the group's events match. */
export function conditionsOf({ anchor, box }: Group, space: Space): Condition[] {
  const conditions: Condition[] = [];
  if (anchor.kind === 'source') {
    conditions.push({ field: 'source', operator: 'equals', value: anchor.name });
  } else if (anchor.kind === 'site' && anchor.name === '') {
    conditions.push({ field: 'referer_domain', operator: 'not_exists' });
  } else if (anchor.kind === 'site') {
    conditions.push({
      any: [
        { field: 'referer_domain', operator: 'equals', value: anchor.name },
        { field: 'referer_domain', operator: 'ends_with', value: `.${anchor.name}` },
      ],
    });
  }
  const add = (field: string, values: readonly (string | number)[]) => {
    if (values.length > 0) {
      conditions.push({ field, operator: 'in', value: [...values] });
    }
  };
  add('device_type', named(space.devices, box[DEVICE]));
  add('country', named(space.countries, box[COUNTRY]));
  add('hour', box[HOUR] ?? []);
  add('weekday', named(WEEKDAY_NAMES, box[WEEKDAY]));
  return conditions;
}

/** The body with which `POST /api/v1/campaigns` makes a retroactive campaign of the group. */
export type SuggestedBody = {
  campaign_id: string;
  name: string;
  status: 'active';
  timezone: string;
  retroactive: true;
  time_range: { start: string; end: string };
  rules: Rule[];
};

export function campaignBodyOf(
  group: Group,
  space: Space,
  { range, destination }: { range: TimeRange; destination: string },
): SuggestedBody {
  return {
    campaign_id: `discovered_${slugOf(group, space)}`,
    name: titleOf(group, space),
    status: 'active',
    timezone: range.timezone,
    retroactive: true,
    time_range: {
      start: new Date(range.startMs).toISOString(),
      end: new Date(range.endMs).toISOString(),
    },
    rules: [
      {
        type: 'discovered',
        priority: 100,
        conditions: conditionsOf(group, space),
        action: { type: 'redirect', destination, passthrough: [], tags: ['discovered'] },
      },
    ],
  };
}
