import { MACRO_NAMES } from '../destination/macros.ts';
import { COMPARISONS_MAX, DEPTH_MAX } from './check-condition.ts';
import {
  DESTINATIONS_MAX,
  PASSTHROUGH_NAMES_MAX,
  REGEXES_MAX,
  RULES_MAX,
  TAGS_MAX,
  TEMPLATE_LENGTH_MAX,
} from './definition.ts';
import { FIELD_NAMES, type FieldKind, findField } from './fields.ts';
import { NETWORKS_MAX } from './operators/networks.ts';
import { VALUE_LENGTH_MAX, VALUES_MAX } from './operators/texts.ts';
import { OPERATOR_NAMES, type OperatorName, operatorsOf, takesOf } from './operators.ts';

/** A field as people choose it. */
export type FieldDescription = {
  /** `param.` and `header.` are followed by a name. */
  field: string;
  type: FieldKind;
  operators: OperatorName[];
  /** The only values that there are, where they are few. */
  values?: string[];
  takes_name: boolean;
  hint: string;
};

const PARAM_HINT = 'A parameter of the link, by its exact name.';
const HEADER_HINT = 'A header of the request, whatever the case of its name.';

const FIELD_HINTS: Readonly<Record<string, string>> = {
  source: 'As recorded: from the link, else from the referring site, else direct.',
  medium: 'As recorded: from the link, else from the referring site.',
  campaign: 'What the link has after /in/, as it was written.',
  click_id: 'From the link, else the id of the event.',
  referer: 'The whole referring address.',
  referer_domain: 'The host of the referring address, without www.',
  url: 'The path of the link with its query.',
  path: 'The path of the link without its query.',
  user_agent: "How the visitor's browser calls itself.",
  ip: "The visitor's address.",
  country: 'Two letters of ISO 3166, such as DE.',
  region: "Of the visitor's address, such as Bavaria.",
  city: "Of the visitor's address, such as Munich.",
  language: 'What the browser likes best, such as de or de-DE.',
  device_type: 'What the visitor holds in hand.',
  os: 'Operating system, such as iOS or Android.',
  os_version: 'Such as 17.4, compared part by part.',
  browser: 'Such as Chrome or Mobile Safari.',
  browser_version: 'Such as 126.0, compared part by part.',
  hour: '0 to 23, on the clocks of the campaign.',
  weekday: 'Of the campaign’s time zone.',
  date: 'Such as 2026-03-29, of the campaign’s time zone.',
  is_bot: 'Whether a robot clicked.',
  is_unique: 'Whether the visitor was not seen for a day.',
  fraud_score: '0 to 1: how suspicious the address was when it clicked.',
};

const OPERATOR_LABELS: Readonly<Record<OperatorName, string>> = {
  equals: 'is',
  not_equals: 'is not',
  in: 'is one of',
  not_in: 'is none of',
  contains: 'contains',
  not_contains: 'does not contain',
  starts_with: 'starts with',
  ends_with: 'ends with',
  matches: 'matches the pattern (RE2)',
  gt: 'is above',
  gte: 'is at least',
  lt: 'is below',
  lte: 'is at most',
  between: 'is between (both included)',
  exists: 'is there',
  not_exists: 'is missing',
  in_cidr: 'is in the network',
};

const MACRO_MEANINGS: Readonly<Record<string, string>> = {
  click_id: 'From the link, else the id of the event: what a postback sends back.',
  event_id: 'The id of this click alone.',
  user_id: 'The visitor, the same on each visit.',
  campaign_id: 'The campaign.',
  source: 'As recorded.',
  medium: 'As recorded; empty when there is none.',
  country: 'Two letters of ISO 3166.',
  region: "Of the visitor's address.",
  city: "Of the visitor's address.",
  device_type: 'mobile, tablet, desktop, bot or other.',
  os: 'Operating system.',
  browser: 'Browser.',
  language: 'What the browser likes best.',
  timestamp: 'When the click came, in seconds since the Unix epoch.',
};
const MACRO_PARAM_MEANING = 'A parameter of the link; empty when it is not there.';

/** Everything that rules and destinations can be made of, from the tables that check and match them. */
export function describeRules() {
  return {
    fields: [
      ...FIELD_NAMES.map((name) => describeField(name, FIELD_HINTS[name])),
      { ...describeField('param.name', PARAM_HINT), field: 'param.', takes_name: true },
      { ...describeField('header.name', HEADER_HINT), field: 'header.', takes_name: true },
    ],
    operators: OPERATOR_NAMES.map((operator) => ({
      operator,
      takes: takesOf(operator),
      label: OPERATOR_LABELS[operator],
    })),
    macros: [
      ...MACRO_NAMES.map((name) => ({ macro: `{${name}}`, meaning: MACRO_MEANINGS[name] ?? '' })),
      { macro: '{param.<name>}', meaning: MACRO_PARAM_MEANING },
    ],
    limits: {
      rules: RULES_MAX,
      comparisons: COMPARISONS_MAX,
      depth: DEPTH_MAX,
      patterns: REGEXES_MAX,
      list_values: VALUES_MAX,
      networks: NETWORKS_MAX,
      text_length: VALUE_LENGTH_MAX,
      destinations: DESTINATIONS_MAX,
      destination_length: TEMPLATE_LENGTH_MAX,
      passthrough_names: PASSTHROUGH_NAMES_MAX,
      tags: TAGS_MAX,
    },
  };
}

function describeField(name: string, hint = ''): FieldDescription {
  const field = findField(name);
  if ('fault' in field) {
    throw new Error(`${name} ${field.fault}`);
  }
  const values = field.family === 'text' ? field.values : undefined;
  return {
    field: name,
    type: field.kind,
    operators: operatorsOf(field),
    ...(values === undefined ? {} : { values: [...values] }),
    takes_name: false,
    hint,
  };
}
