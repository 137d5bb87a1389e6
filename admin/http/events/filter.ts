import type { EventFilter } from '../../../analytics/queries/events/event-filter.ts';
import { IpAddress } from '../../../core/rules/address/ip-address.ts';
import { parseNetwork } from '../../../core/rules/address/network.ts';
import { invalidRequest } from '../validation.ts';
import type { EventsQuery } from './schemas.ts';

/** What a query says of events without a campaign. */
const NO_CAMPAIGN = 'none';

/** @throws ProblemError 400 for what is neither an address nor a network */
export function readEventFilter(query: EventsQuery): EventFilter {
  return {
    eventId: query.event_id,
    eventType: query.event_type,
    campaignId: query.campaign_id === NO_CAMPAIGN ? '' : query.campaign_id,
    userId: query.user_id,
    clickId: query.click_id,
    source: query.source,
    country: query.country?.toUpperCase(),
    ip: query.ip === undefined ? undefined : readAddress(query.ip),
    isBot: query.is_bot,
    isBlocked: query.is_blocked,
  };
}

/** @returns the address as events have it, or the network */
function readAddress(text: string): string {
  const address = new IpAddress();
  if (address.parse(text)) {
    return address.toString();
  }
  if (parseNetwork(text) === null) {
    const message = 'must be an address, or a network such as 10.0.0.0/8';
    throw invalidRequest([{ path: '/querystring/ip', message }]);
  }
  return text;
}
