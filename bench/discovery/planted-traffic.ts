import type { ClickHouseClient } from '@clickhouse/client';
import type { PlantedGroup } from './planted-groups.ts';

/** What a data set is made from; the same values make the same rows. */
export type PlantedTraffic = {
  organizationId: string;
  seed: number;
  /** Events without structure. */
  noiseEvents: number;
  groups: readonly PlantedGroup[];
  /** Events of a group of size 1. */
  groupEventsMin: number;
};

/** The twelve weeks that all traffic lies in; the first day is a Monday. */
export const PLANTED_START_MS = Date.UTC(2024, 2, 4);
const WEEKS = 12;
export const PLANTED_END_MS = PLANTED_START_MS + WEEKS * 7 * 86_400_000;

/** Rows beside the noise that a search must not look at, as shares of it. */
const BOT_SHARE = 0.05;
const ATTRIBUTED_SHARE = 0.05;
const CONVERTING_SHARE = 0.03;
const SITES = 3_000;
const SITE_EXPONENT = 1.1;
const SOURCES = 40;

const COUNTRIES =
  'US IN DE GB BR FR CA JP IT ES MX PL NL AU TR KR SE CH AT BE NO DK ID PH TH VN ZA AR CL CO PT GR CZ RO HU FI IE NZ SG AE'.split(
    ' ',
  );
const DEVICES = ['mobile', 'desktop', 'tablet'];
const DEVICE_WEIGHTS = [58, 36, 6];
const HOUR_WEIGHTS = [
  2, 1.4, 1, 0.8, 0.8, 1.1, 1.8, 2.8, 3.8, 4.6, 5, 5.2, 5.4, 5.2, 5, 4.9, 5, 5.3, 5.8, 6.4, 6.8,
  6.2, 4.8, 3.2,
];
const WEEKDAY_WEIGHTS = [1, 1.02, 1.03, 1, 0.95, 0.8, 0.9];

/** Entries of a table of frequencies: a value stands in it as often as it occurs per this many. */
const TABLE_ENTRIES = 1_000;

/**
 * Writes the traffic with SQL alone, so that millions of rows take seconds: noise with Zipf-distributed
 * referring sites, a rhythm of the day and the week, and everything independent of everything; the
 * groups; bots and clicks with a campaign whose structure is none of a search's business; and
 * conversions of 3 % of the clicks.
 *
 * @returns rows written that a search looks at
 */
export async function insertPlantedTraffic(
  client: ClickHouseClient,
  traffic: PlantedTraffic,
): Promise<number> {
  const { noiseEvents, groups, groupEventsMin } = traffic;
  const unwanted = { size: 0, devices: ['desktop'], countries: ['SG'], hours: [3] };
  const parts: RowDescription[] = [
    { label: 'noise', count: noiseEvents },
    ...groups.map((group) => ({
      label: group.name,
      count: Math.round(group.size * groupEventsMin),
      group,
    })),
  ];
  const searched = parts.reduce((sum, { count }) => sum + count, 0);
  parts.push(
    {
      label: 'bots',
      count: Math.round(noiseEvents * BOT_SHARE),
      group: { ...unwanted, name: 'bots', hosts: ['crawl.example'] },
      isBot: true,
    },
    {
      label: 'attributed',
      count: Math.round(noiseEvents * ATTRIBUTED_SHARE),
      group: { ...unwanted, name: 'attributed', hosts: ['ads.example'] },
      campaignId: 'spring',
    },
  );
  await insertRows(client, traffic, parts);
  await insertConversions(client, traffic);
  return searched;
}

type RowDescription = {
  label: string;
  count: number;
  group?: PlantedGroup;
  isBot?: boolean;
  campaignId?: string;
};

/** One insert for all, because each has to wait for the disk. */
async function insertRows(
  client: ClickHouseClient,
  { organizationId, seed }: PlantedTraffic,
  descriptions: readonly RowDescription[],
): Promise<void> {
  const params: Record<string, unknown> = {
    seed,
    organization_id: organizationId,
    start_ms: PLANTED_START_MS,
    devices: frequencyTable(DEVICES, DEVICE_WEIGHTS),
    countries: frequencyTable(COUNTRIES, zipfWeights(COUNTRIES.length, 1)),
    hours: frequencyTable([...HOUR_WEIGHTS.keys()], HOUR_WEIGHTS),
    weekdays: frequencyTable([1, 2, 3, 4, 5, 6, 7], WEEKDAY_WEIGHTS),
  };
  let from = 0;
  const selects: string[] = [];
  for (const [index, description] of descriptions.entries()) {
    selects.push(rowsQuery(description, from, `part_${index}`, params));
    from += description.count;
  }
  await client.command({
    query: `INSERT INTO events (event_id, click_id, organization_id, event_type, user_id, campaign_id,
      referer, source, device_type, country, is_bot, event_time, tags)
      WITH {devices:Array(String)} AS noise_devices, {countries:Array(String)} AS noise_countries,
        {hours:Array(UInt8)} AS noise_hours, {weekdays:Array(UInt8)} AS noise_weekdays
      ${selects.join('\nUNION ALL ')}`,
    query_params: params,
  });
}

/** A number in [0, 1) for each property of each row. */
const random = (property: number) =>
  `(cityHash64({seed:UInt32}, number, ${property}) % 1000003 / 1000003)`;

/** One of a table's entries for each row; `table` is an expression. */
const pick = (table: string, property: number) =>
  `${table}[1 + toUInt32(floor(${random(property)} * length(${table})))]`;

/** A rank from 1 on, by Zipf's law. */
const zipfRank = (property: number, ranks: number) => {
  const power = 1 - SITE_EXPONENT;
  return `toUInt32(floor(pow((pow(${ranks + 1}, ${power}) - 1) * ${random(property)} + 1, 1 / (${power}))))`;
};

/**
 * SQL of the rows of a part.
 *
 * @param from number of its first row
 * @param prefix of its placeholders, whose values go into `params`
 */
function rowsQuery(
  { label, count, group, isBot = false, campaignId }: RowDescription,
  from: number,
  prefix: string,
  params: Record<string, unknown>,
): string {
  const bind = (name: string, type: string, value: unknown) => {
    params[`${prefix}_${name}`] = value;
    return `{${prefix}_${name}:${type}}`;
  };
  const pickOf = (
    name: 'devices' | 'countries' | 'hours' | 'weekdays',
    type: string,
    property: number,
  ) => {
    const values: readonly unknown[] | undefined = group?.[name];
    if (values === undefined) {
      return pick(`noise_${name}`, property);
    }
    return pick(bind(name, `Array(${type})`, setTable(values)), property);
  };
  let host = `if(${random(1)} < 0.25, '', concat(if(${random(2)} < 0.2, 'm.', ''), 'site', toString(${zipfRank(3, SITES)}), '.example'))`;
  if (group?.hosts !== undefined) {
    host = pick(bind('hosts', 'Array(String)', setTable(group.hosts)), 3);
  }
  const source =
    group?.source === undefined
      ? `multiIf(${random(4)} < 0.3, concat('utm', toString(${zipfRank(5, SOURCES)})), host = '', 'direct', host)`
      : bind('source', 'String', group.source);
  return `SELECT concat('evt_', lower(hex(cityHash64({seed:UInt32}, number)))) AS event_id, event_id AS click_id,
      {organization_id:String}, if(number % 20 = 0, 'visit', 'click'),
      concat('usr_', lower(hex(cityHash64({seed:UInt32}, number, 9)))),
      ${bind('campaign_id', 'Nullable(String)', campaignId ?? null)},
      if(host = '', '', concat('https://', host, '/', toString(number % 50))), source,
      ${pickOf('devices', 'String', 6)}, ${pickOf('countries', 'String', 7)}, ${bind('is_bot', 'Bool', isBot)},
      fromUnixTimestamp64Milli(toInt64({start_ms:Int64}
        + toInt64(floor(${random(10)} * ${WEEKS})) * 604800000
        + (${pickOf('weekdays', 'UInt8', 11)} - 1) * 86400000
        + ${pickOf('hours', 'UInt8', 12)} * 3600000 + cityHash64({seed:UInt32}, number, 13) % 3600000), 'UTC'),
      [${bind('label', 'String', label)}]
    FROM (SELECT number, ${host} AS host, ${source} AS source FROM numbers(${from}, ${count}))`;
}

async function insertConversions(
  client: ClickHouseClient,
  { organizationId, seed }: PlantedTraffic,
): Promise<void> {
  await client.command({
    query: `INSERT INTO events (event_id, click_id, organization_id, event_type, user_id, campaign_id,
        referer, source, device_type, country, is_bot, event_time, tags, conversion_event,
        conversion_value, conversion_currency, click_event_id)
      SELECT concat('c', event_id), click_id, organization_id, 'purchase', user_id, campaign_id, referer,
        source, device_type, country, is_bot, event_time + INTERVAL 20 MINUTE, tags, 'purchase',
        toDecimal64(toInt64(2000 + cityHash64({seed:UInt32}, event_id, 1) % 10000), 4) / 100, 'USD', event_id
      FROM events
      WHERE organization_id = {organization_id:String} AND event_type = 'click'
        AND cityHash64({seed:UInt32}, event_id) % 100 < ${CONVERTING_SHARE * 100}`,
    query_params: { seed, organization_id: organizationId },
  });
}

/** The first value twice as often as each other one. */
function setTable<T>(values: readonly T[] | undefined): T[] | undefined {
  return values === undefined ? undefined : [...values.slice(0, 1), ...values];
}

function zipfWeights(count: number, exponent: number): number[] {
  return Array.from({ length: count }, (_, index) => 1 / (index + 1) ** exponent);
}

/** Each value as often as its weight says, at least once. */
function frequencyTable<T>(values: readonly T[], weights: readonly number[]): T[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return values.flatMap((value, index) => {
    const share = (weights[index] ?? 0) / sum;
    return Array.from({ length: Math.max(1, Math.round(share * TABLE_ENTRIES)) }, () => value);
  });
}
