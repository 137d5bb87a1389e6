/** The macros of destination templates, in the order of the numbers that compiled pieces hold. */
export const MACRO_NAMES = [
  'click_id',
  'event_id',
  'user_id',
  'campaign_id',
  'source',
  'medium',
  'country',
  'region',
  'city',
  'device_type',
  'os',
  'browser',
  'language',
  'timestamp',
];

/** The number of `{param.<name>}`, whose name stands beside it. */
export const MACRO_PARAM = MACRO_NAMES.length;

const PARAM_PREFIX = 'param.';

/** A macro as written in a template, taken apart. */
export type Macro = {
  /** Index into `MACRO_NAMES`, or `MACRO_PARAM`. */
  number: number;
  /** The parameter's name; '' for other macros. */
  param: string;
};

/** @param name what stands between the braces; null when there is no such macro */
export function parseMacro(name: string): Macro | null {
  if (name.startsWith(PARAM_PREFIX) && name.length > PARAM_PREFIX.length) {
    return { number: MACRO_PARAM, param: name.slice(PARAM_PREFIX.length) };
  }
  const number = MACRO_NAMES.indexOf(name);
  return number < 0 ? null : { number, param: '' };
}
