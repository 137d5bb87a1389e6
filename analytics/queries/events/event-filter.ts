import { networkOperation } from '../../../core/rules/operators/networks.ts';
import { Parameters, type QueryParams } from '../../../core/rules/parameters.ts';

/** Which events are wanted; members left out do not matter. */
export type EventFilter = {
  eventId?: string | undefined;
  /** `click`, the type of a visit, or the name of a conversion. */
  eventType?: string | undefined;
  /** '' stands for events without a campaign. */
  campaignId?: string | undefined;
  userId?: string | undefined;
  clickId?: string | undefined;
  source?: string | undefined;
  country?: string | undefined;
  /** An address in its usual spelling, or a network in CIDR form; checked by the caller. */
  ip?: string | undefined;
  isBot?: boolean | undefined;
  isBlocked?: boolean | undefined;
};

export type FilterSql = {
  /** `PREWHERE …`, or '' when every event is wanted. */
  prewhere: string;
  params: QueryParams;
  /** Whether an index finds the few events that are wanted, however many there are. */
  isIndexed: boolean;
};

/**
 * The filter as SQL on the columns of `events`; every value is bound. It stands in PREWHERE, where it is
 * looked at first: left to itself, ClickHouse 26.7 compares each row's time with the newest ones that it
 * has seen so far before it looks at the filter, which took 600 instead of 80 ms for 20 million events.
 */
export function filterSql(filter: EventFilter): FilterSql {
  const parameters = new Parameters('filter');
  const texts: ReadonlyArray<readonly [column: string, value: string | undefined]> = [
    ['event_id', filter.eventId],
    ['click_id', filter.clickId],
    ['user_id', filter.userId],
    ['event_type', filter.eventType],
    ['source', filter.source],
    ['country', filter.country],
  ];
  const conditions = texts.flatMap(([column, value]) =>
    value === undefined ? [] : [`${column} = ${parameters.bind('String', value)}`],
  );
  if (filter.campaignId !== undefined) {
    conditions.push(campaignSql(filter.campaignId, parameters));
  }
  if (filter.ip !== undefined) {
    conditions.push(addressSql(filter.ip, parameters));
  }
  for (const [column, value] of [
    ['is_bot', filter.isBot],
    ['is_blocked', filter.isBlocked],
  ] as const) {
    if (value !== undefined) {
      conditions.push(value ? column : `NOT ${column}`);
    }
  }
  const { eventId, clickId, userId } = filter;
  const isIndexed = [eventId, clickId, userId].some((value) => value !== undefined && value !== '');
  const prewhere = conditions.length === 0 ? '' : `PREWHERE ${conditions.join(' AND ')}`;
  return { prewhere, params: parameters.values, isIndexed };
}

function campaignSql(campaignId: string, parameters: Parameters): string {
  return campaignId === ''
    ? "(campaign_id IS NULL OR campaign_id = '')"
    : `campaign_id = ${parameters.bind('String', campaignId)}`;
}

function addressSql(ip: string, parameters: Parameters): string {
  if (!ip.includes('/')) {
    return `ip = ${parameters.bind('String', ip)}`;
  }
  const operation = networkOperation(ip);
  if ('fault' in operation) {
    throw new Error(`Not a network: ${operation.fault}`);
  }
  return `(${operation.sql('ip', parameters)})`;
}
