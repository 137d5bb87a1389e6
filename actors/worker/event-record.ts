import { Query } from '../../core/destination/query.ts';
import type { DestinationInput } from '../../core/destination/render.ts';
import type { FraudReason } from '../../core/fraud/detection.ts';
import { IpAddress } from '../../core/rules/address/ip-address.ts';
import type { RuleEvent } from '../../core/rules/event-view.ts';
import type { RequestReader } from '../mailbox/request-reader.ts';
import { type GeoResult, UNKNOWN_PLACE } from './enrich/geo.ts';
import type { LanguageResult } from './enrich/language.ts';
import type { TrafficSource } from './enrich/source.ts';
import type { UserAgentResult } from './enrich/user-agent.ts';
import type { OrganizationActor } from './organization-actor.ts';

const NO_REASONS: readonly FraudReason[] = [];
const NO_TRAFFIC_SOURCE: TrafficSource = { source: '', medium: null, encoded: new Uint8Array(0) };

/**
 * One click or visit while it is decided and encoded. A thread has one of these and fills it anew for
 * each request; nothing may keep it.
 */
export class EventRecord implements DestinationInput, RuleEvent {
  organization: OrganizationActor;
  /** `evt_` and 16 hex digits. */
  eventId = '';
  /** The source's click id, or else the event id. */
  clickId = '';
  eventType = 'click';
  /** `usr_` and 16 hex digits. */
  userId = '';
  /** Ms since epoch, this node's clock; for `/collect` the sender's, if it says. */
  occurredAtMs = 0;
  /** The path for clicks, the visited page for visits. */
  url = '';
  campaignId: string | null = null;
  ruleId = '';
  /** Where the visitor was sent; '' when nowhere. */
  destination = '';
  tags: readonly string[] = [];
  traffic: TrafficSource = NO_TRAFFIC_SOURCE;
  referer = '';
  /** No cookie, and the organisation had not seen the fingerprint for a day. */
  isUnique = false;
  /** 0 (clean) to 1; see core/fraud/definition.ts. */
  fraudScore = 0;
  /** Of patterns, then of signals; shared, do not keep. */
  fraudReasons: readonly FraudReason[] = NO_REASONS;
  /** The definition by which the event was judged; 0: it was not. */
  fraudVersion = 0;
  /** Its address is blocked. Whether the visitor is refused is the organisation's setting. */
  isBlocked = false;
  /** As it is stored; '' when the visitor has none. */
  ip = '';
  /** The same address, parsed once for all that look something up by it. */
  readonly address = new IpAddress();
  place: GeoResult = UNKNOWN_PLACE;
  agent: UserAgentResult;
  languageResult: LanguageResult;
  readonly query = new Query();
  /** Its headers are the event's; null before the first one. */
  request: RequestReader | null = null;

  constructor(organization: OrganizationActor, agent: UserAgentResult, language: LanguageResult) {
    this.organization = organization;
    this.agent = agent;
    this.languageResult = language;
  }

  /** As an event is that nobody judges. */
  clearFraud(): void {
    this.fraudScore = 0;
    this.fraudReasons = NO_REASONS;
    this.fraudVersion = 0;
    this.isBlocked = false;
  }

  get source(): string {
    return this.traffic.source;
  }

  get medium(): string | null {
    return this.traffic.medium;
  }

  get country(): string {
    return this.place.country;
  }

  get region(): string {
    return this.place.region;
  }

  get city(): string {
    return this.place.city;
  }

  get deviceType(): string {
    return this.agent.deviceType;
  }

  get os(): string {
    return this.agent.os;
  }

  get browser(): string {
    return this.agent.browser;
  }

  get language(): string {
    return this.languageResult.language;
  }

  get osVersion(): string {
    return this.agent.osVersion;
  }

  get browserVersion(): string {
    return this.agent.browserVersion;
  }

  get userAgent(): string {
    return this.agent.userAgent;
  }

  get isBot(): boolean {
    return this.agent.isBot;
  }

  /** The first value of a query parameter. */
  param(name: string): string | null {
    return this.query.get(name);
  }

  /** @param name lower case. Cookies are other people's: they are neither stored nor matched. */
  header(name: string): string | null {
    return name === 'cookie' || this.request === null ? null : this.request.header(name);
  }
}
