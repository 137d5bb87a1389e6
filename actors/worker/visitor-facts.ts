// HOT PATH: once per click. Budget: 1.5 µs. Guarded by bench/micro/click.ts.
import type { RequestReader } from '../mailbox/request-reader.ts';
import { TrustedProxies } from './enrich/client-address.ts';
import { type GeoBuffers, GeoLookup, UNKNOWN_PLACE } from './enrich/geo.ts';
import { LanguageLookup } from './enrich/language.ts';
import { asBot, UserAgentLookup } from './enrich/user-agent.ts';
import type { EventRecord } from './event-record.ts';
import { SeenVisitors } from './identity/seen-visitors.ts';
import { Fingerprint, userIdFromCookie } from './identity/visitor.ts';

const PLACES_MAX = 32_768;
const USER_AGENTS_MAX = 20_000;
const LANGUAGES_MAX = 1_000;
/** 6 MiB a thread. */
const VISITORS_MAX = 524_288;
const UNIQUE_AGAIN_SECONDS = 86_400;

/**
 * Step 3 of a click, first half: who the visitor is and what the request tells of them. The caches are
 * one thread's and serve all its organisations: they hold nothing that belongs to one.
 */
export class VisitorFacts {
  readonly agents = new UserAgentLookup(USER_AGENTS_MAX);
  readonly languages = new LanguageLookup(LANGUAGES_MAX);
  /** Whether the last visitor brought no cookie of ours, so that one should be set. */
  isNewVisitor = false;
  readonly #places: GeoLookup;
  readonly #proxies: TrustedProxies;
  readonly #fingerprint = new Fingerprint();
  readonly #seen = new SeenVisitors(VISITORS_MAX, UNIQUE_AGAIN_SECONDS);

  constructor(geo: GeoBuffers, trustedProxies: readonly string[]) {
    this.#places = new GeoLookup(geo, PLACES_MAX);
    this.#proxies = new TrustedProxies(trustedProxies);
  }

  /**
   * Fills in address, place, user agent, language and user id.
   *
   * @param plain leave out all that is looked up: for organisations whose requests killed threads
   */
  read(event: EventRecord, request: RequestReader, plain: boolean): void {
    const userAgent = request.header('user-agent');
    const acceptLanguage = request.header('accept-language');
    const forwardedFor = request.header('x-forwarded-for');
    event.ip = this.#proxies.clientAddress(request.peer, forwardedFor, event.address);
    event.place = plain ? UNKNOWN_PLACE : this.#places.lookup(event.address);
    event.agent = this.agents.lookup(plain ? '' : userAgent);
    event.languageResult = this.languages.lookup(plain ? '' : acceptLanguage);
    event.referer = request.header('referer');
    const known = userIdFromCookie(request.header('cookie'));
    this.isNewVisitor = known === '';
    if (known === '') {
      this.#fingerprint.take(
        event.organization.idHash,
        event.ip,
        event.agent.hash,
        event.languageResult.hash,
      );
      event.userId = this.#fingerprint.userId();
      event.isUnique = this.#seen.note(this.#fingerprint, request.receivedAtMs);
    } else {
      event.userId = known;
      event.isUnique = false;
    }
  }

  /** Marks the event as a bot's for a reason that the user agent does not tell. */
  markBot(event: EventRecord, reason: string): void {
    if (!event.agent.isBot) {
      event.agent = asBot(event.agent, reason);
    }
  }
}
