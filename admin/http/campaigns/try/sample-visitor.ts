import { parseQuery, type Query } from '../../../../core/destination/query.ts';
import type { DestinationInput } from '../../../../core/destination/render.ts';
import type { RuleEvent } from '../../../../core/rules/event-view.ts';
import type { VisitorReader } from '../../../visitor-reader.ts';
import type { Sample } from './schemas.ts';

/** Ids that no real event or visitor has. */
const EVENT_ID = 'evt_0000000000000000';
const USER_ID = 'usr_0000000000000000';

export type SampleVisitor = RuleEvent & DestinationInput;

/**
 * A visitor as the engine would see it. What the sample states goes before what is told from its
 * user agent, address and headers.
 *
 * @param campaignId whose link is followed unless the sample says otherwise
 */
export function sampleVisitor(
  sample: Sample,
  campaignId: string,
  reader: VisitorReader,
  nowMs: number,
): SampleVisitor {
  const { path, host, query } = linkOf(sample, campaignId);
  const headers = headersOf(sample, host);
  const userAgent = headers.get('user-agent') ?? '';
  const referer = headers.get('referer') ?? '';
  const ip = sample.ip ?? '';
  const agent = reader.agent(userAgent);
  const traffic = reader.traffic(query, referer, headers.get('host') ?? '');
  const place = sample.country === undefined && ip !== '' ? reader.place(ip) : NOWHERE;
  const source = sample.source ?? traffic.source;
  return {
    source,
    medium: sample.medium ?? (sample.source === undefined ? traffic.medium : null),
    clickId: sample.click_id ?? (query.get('click_id') || EVENT_ID),
    eventId: EVENT_ID,
    userId: sample.user_id ?? USER_ID,
    campaignId,
    referer,
    url: path,
    userAgent,
    ip,
    country: sample.country ?? place.country,
    region: sample.region ?? place.region,
    city: sample.city ?? place.city,
    language: sample.language ?? reader.language(headers.get('accept-language') ?? ''),
    deviceType: sample.device_type ?? agent.deviceType,
    os: sample.os ?? agent.os,
    osVersion: sample.os_version ?? agent.osVersion,
    browser: sample.browser ?? agent.browser,
    browserVersion: sample.browser_version ?? agent.browserVersion,
    // An empty user agent would be a bot's; a sample without one means just any browser.
    isBot: sample.is_bot ?? (userAgent !== '' && agent.isBot),
    isUnique: sample.is_unique ?? true,
    fraudScore: sample.fraud_score ?? 0,
    occurredAtMs: sample.at === undefined ? nowMs : Date.parse(sample.at),
    query,
    param: (name) => query.get(name),
    header: (name) => (name === 'cookie' ? null : (headers.get(name) ?? null)),
  };
}

const NOWHERE = { country: '', region: '', city: '' };

function linkOf(
  { url = '', query }: Sample,
  campaignId: string,
): { path: string; host: string; query: Query } {
  const [, host = '', rest = ''] = /^(?:https?:\/\/([^/?#]*))?([^#]*)/i.exec(url) ?? [];
  const mark = rest.indexOf('?');
  const path = mark < 0 ? rest : rest.slice(0, mark);
  const own = mark < 0 ? '' : rest.slice(mark + 1);
  const more =
    typeof query === 'string'
      ? query.replace(/^\?/, '')
      : new URLSearchParams(query ?? {}).toString();
  return {
    path: path === '' ? `/in/${campaignId}` : path,
    host,
    query: parseQuery([own, more].filter((part) => part !== '').join('&')),
  };
}

function headersOf(sample: Sample, host: string): ReadonlyMap<string, string> {
  const headers = new Map<string, string>(host === '' ? [] : [['host', host]]);
  for (const [name, value] of Object.entries(sample.headers ?? {})) {
    headers.set(name.toLowerCase(), value);
  }
  if (sample.user_agent !== undefined) {
    headers.set('user-agent', sample.user_agent);
  }
  if (sample.referer !== undefined) {
    headers.set('referer', sample.referer);
  }
  return headers;
}
