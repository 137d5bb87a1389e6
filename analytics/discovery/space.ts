/**
 * The dimensions in which a group may be concentrated, and the cells that they divide traffic into.
 * Referring site and source are no dimensions: they are what a group comes by, see `Anchor`.
 */
export const HOURS = 24;
export const WEEKDAYS = 7;
/** Countries that are told apart; the rest is pooled. */
export const COUNTRIES_MAX = 62;
/** Device types that are told apart; the engine knows five. */
export const DEVICES_MAX = 7;

/** Positions in a box. */
export const DEVICE = 0;
export const COUNTRY = 1;
export const HOUR = 2;
export const WEEKDAY = 3;
export const DIMENSIONS = [DEVICE, COUNTRY, HOUR, WEEKDAY] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** The values that occur, by index; behind the last device and country come all other ones. */
export type Space = { devices: readonly string[]; countries: readonly string[] };

/** Number of values of each dimension, pooled ones included. */
export type Sizes = readonly [device: number, country: number, hour: number, weekday: number];

export function sizesOf(space: Space): Sizes {
  return [space.devices.length + 1, space.countries.length + 1, HOURS, WEEKDAYS];
}

export function cellCount([devices, countries, hours, weekdays]: Sizes): number {
  return devices * countries * hours * weekdays;
}

/**
 * Which values of each dimension belong to it (indices, ascending), or null: all do. Hours are 0 to 23,
 * weekdays 0 (Monday) to 6.
 */
export type Box = readonly [Values, Values, Values, Values];
export type Values = readonly number[] | null;

export const WHOLE: Box = [null, null, null, null];

/** The same box with other values of one dimension. */
export function withValues(box: Box, dimension: Dimension, values: Values): Box {
  const changed: [Values, Values, Values, Values] = [...box];
  changed[dimension] = values;
  return changed;
}

/** By what a group comes: a referring site, a source, or nothing in particular. */
export type Anchor =
  /** `name`: the registrable domain; '' for no referer. */
  { kind: 'site'; name: string } | { kind: 'source'; name: string } | { kind: 'none'; name: '' };

/** SQL of a cell's number, for rows with `device_type`, `country`, and `slot` = weekday · 24 + hour. */
export const CELL_SQL = `toUInt32(((transform(device_type, {devices:Array(String)}, {device_numbers:Array(UInt32)}, {device_other:UInt32})
  * ({country_other:UInt32} + 1)
  + transform(country, {countries:Array(String)}, {country_numbers:Array(UInt32)}, {country_other:UInt32}))
  * ${HOURS} + slot % ${HOURS}) * ${WEEKDAYS} + intDiv(slot, ${HOURS}))`;

/** Values for `CELL_SQL`. */
export function cellParams({ devices, countries }: Space): Record<string, unknown> {
  return {
    devices,
    device_numbers: devices.map((_, index) => index),
    device_other: devices.length,
    countries,
    country_numbers: countries.map((_, index) => index),
    country_other: countries.length,
  };
}
