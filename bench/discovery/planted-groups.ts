/**
 * The groups that the generator plants. All of a group's events lie in its description; within a set
 * of values the first is twice as frequent as the others, and what a description leaves open is
 * distributed as in the noise.
 */
export type PlantedGroup = {
  name: string;
  /** Hosts of the referring site; none: the group's events come from the sites of the noise. */
  hosts?: readonly string[];
  /** The `source` of its events; none: as in the noise. */
  source?: string;
  devices?: readonly string[];
  /** ISO 3166-1 alpha-2. */
  countries?: readonly string[];
  hours?: readonly number[];
  /** 1 is Monday. */
  weekdays?: readonly number[];
  /** How large the group is, relative to the least traffic that is asked for. */
  size: number;
};

const EVENING = [18, 19, 20, 21];
const WEEKEND = [6, 7];

/**
 * Twenty groups of 1 to 4 dimensions beside the one that they come by. Sites named `siteN.example` are
 * sites of the noise, N their rank by traffic; the others have no traffic but the group's.
 */
export const PLANTED_GROUPS: readonly PlantedGroup[] = [
  // As in the product's own example: a network's app and its site, phones, three countries, evenings.
  {
    name: 'tiktok',
    hosts: ['www.tiktok.com', 'vm.tiktok.com'],
    devices: ['mobile'],
    countries: ['US', 'CA', 'GB'],
    hours: EVENING,
    weekdays: [4, 5, 6],
    size: 40,
  },
  // One dimension beside the site.
  { name: 'forum at lunch', hosts: ['board.example'], hours: [12, 13], size: 3 },
  { name: 'tablet magazine', hosts: ['reader.example'], devices: ['tablet'], size: 4 },
  { name: 'Polish portal', hosts: ['portal.example'], countries: ['PL'], size: 1 },
  { name: 'Sunday paper', hosts: ['sunday.example'], weekdays: [7], size: 6 },
  // Two.
  {
    name: 'Brazilian phones',
    hosts: ['m.rede.example', 'www.rede.example'],
    devices: ['mobile'],
    countries: ['BR'],
    size: 12,
  },
  { name: 'night owls', hosts: ['owls.example'], devices: ['desktop'], hours: [2, 3, 4], size: 2 },
  {
    name: 'Nordic weekend',
    hosts: ['fjord.example'],
    countries: ['SE', 'NO', 'DK'],
    weekdays: WEEKEND,
    size: 5,
  },
  { name: 'Monday digest', hosts: ['digest.example'], hours: [7, 8], weekdays: [1], size: 1 },
  // Three and four.
  {
    name: 'Japanese commuters',
    hosts: ['commute.example'],
    devices: ['mobile'],
    countries: ['JP'],
    hours: [7, 8, 17],
    size: 8,
  },
  {
    name: 'smallest',
    hosts: ['tiny.example'],
    devices: ['desktop'],
    countries: ['NL', 'BE'],
    hours: [9, 10, 11],
    weekdays: [2, 3],
    size: 1,
  },
  // On sites that have traffic of their own; two groups share the first one.
  {
    name: 'popular site, Korea',
    hosts: ['site2.example'],
    countries: ['KR'],
    hours: [22, 23],
    size: 20,
  },
  {
    name: 'popular site, tablets',
    hosts: ['site2.example'],
    devices: ['tablet'],
    countries: ['IT'],
    size: 20,
  },
  {
    name: 'known site, Spain',
    hosts: ['site9.example'],
    devices: ['desktop'],
    countries: ['ES', 'MX'],
    hours: [15, 16],
    size: 10,
  },
  {
    name: 'known site, Turkey',
    hosts: ['site30.example'],
    countries: ['TR'],
    weekdays: [5],
    size: 4,
  },
  // Two on one site of their own that overlap in what they say: evenings of France, phones of France.
  {
    name: 'French evenings',
    hosts: ['hexagone.example'],
    devices: ['desktop'],
    countries: ['FR'],
    hours: EVENING,
    size: 9,
  },
  {
    name: 'French lunches',
    hosts: ['hexagone.example'],
    devices: ['mobile'],
    countries: ['FR'],
    hours: [11, 12],
    size: 9,
  },
  // By source, from all sites.
  {
    name: 'newsletter',
    source: 'newsletter',
    countries: ['DE', 'AT', 'CH'],
    hours: [6, 7],
    weekdays: [2],
    size: 7,
  },
  { name: 'podcast', source: 'podcast', devices: ['mobile'], hours: [17, 18], size: 5 },
  // By neither: some device of some country at some time, whatever the site.
  { name: 'no site at all', devices: ['tablet'], countries: ['AU'], hours: [5, 6], size: 15 },
];
