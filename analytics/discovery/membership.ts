import type { Sample } from './sample.ts';
import {
  type Anchor,
  type Box,
  COUNTRY,
  DEVICE,
  type Dimension,
  HOUR,
  HOURS,
  type Space,
  WEEKDAY,
  WEEKDAYS,
} from './space.ts';

/** A group as a condition: an anchor and a box. */
export type Group = { anchor: Anchor; box: Box };

/** As many groups as a mask has bits. */
export const GROUPS_MAX = 64;

/**
 * SQL of a UInt64 whose bit n says that a row is in group n. Each column is looked up once, however many
 * groups there are. Needs `site`, `source` (lower case), `device_type`, `country`, `slot`.
 *
 * @throws Error for more than `GROUPS_MAX` groups
 */
export function membership(
  groups: readonly Group[],
  space: Space,
): { sql: string; timelessSql: string; params: Record<string, unknown> } {
  if (groups.length > GROUPS_MAX) {
    throw new Error(`A mask has room for ${GROUPS_MAX} groups, not ${groups.length}`);
  }
  const bitsOf = (is: (group: Group) => boolean) =>
    groups.reduce((mask, group, bit) => (is(group) ? mask | (1n << BigInt(bit)) : mask), 0n);
  const isOpenTo = (dimension: Dimension, value: number) =>
    bitsOf(({ box }) => box[dimension]?.includes(value) ?? true);
  const namesOf = (kind: 'site' | 'source') => [
    ...new Set(
      groups.filter(({ anchor }) => anchor.kind === kind).map(({ anchor }) => anchor.name),
    ),
  ];
  const anchorMasks = (kind: 'site' | 'source', names: readonly string[]) =>
    names.map((name) => bitsOf(({ anchor }) => anchor.kind === kind && anchor.name === name));
  const sites = namesOf('site');
  const sources = namesOf('source');
  const masks = (values: readonly unknown[], dimension: Dimension) =>
    values.map((_, index) => isOpenTo(dimension, index));
  // A value outside the space: only in groups that leave the dimension open.
  const elsewhere = (dimension: Dimension) => bitsOf(({ box }) => box[dimension] === null);
  const params = {
    of_site: sites,
    of_site_bits: anchorMasks('site', sites),
    of_source: sources,
    of_source_bits: anchorMasks('source', sources),
    of_any: bitsOf(({ anchor }) => anchor.kind === 'none'),
    of_device: space.devices,
    of_device_bits: masks(space.devices, DEVICE),
    of_device_else: elsewhere(DEVICE),
    of_country: space.countries,
    of_country_bits: masks(space.countries, COUNTRY),
    of_country_else: elsewhere(COUNTRY),
    of_slot_bits: Array.from(
      { length: HOURS * WEEKDAYS },
      (_, slot) => isOpenTo(HOUR, slot % HOURS) & isOpenTo(WEEKDAY, Math.floor(slot / HOURS)),
    ),
  };
  const timelessSql = `bitAnd(
    bitAnd(${lookup('device_type', 'of_device', '{of_device_else:UInt64}')},
      ${lookup('country', 'of_country', '{of_country_else:UInt64}')}),
    bitOr(bitOr(${lookup('site', 'of_site', 'toUInt64(0)')},
      ${lookup('source', 'of_source', 'toUInt64(0)')}), {of_any:UInt64}))`;
  return {
    timelessSql,
    sql: `bitAnd({of_slot_bits:Array(UInt64)}[slot + 1], ${timelessSql})`,
    params,
  };
}

/** The sample without the events of some groups. */
export function withoutGroups(sample: Sample, groups: readonly Group[]): Sample {
  const { sql, params } = membership(groups, sample.space);
  return { ...sample, table: `(SELECT * FROM ${sample.table} WHERE ${sql} = 0)`, params };
}

function lookup(column: string, name: string, otherwise: string): string {
  return `transform(${column}, {${name}:Array(String)}, {${name}_bits:Array(UInt64)}, ${otherwise})`;
}
