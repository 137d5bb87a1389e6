// HOT PATH: `handle` runs once per click. Budget: 6 µs. Guarded by bench/micro/click.ts.
import { type Outcome, REQUEST_KIND } from '../mailbox/layout.ts';
import type { ReplyWriter } from '../mailbox/reply-writer.ts';
import type { RequestReader } from '../mailbox/request-reader.ts';
import type { Campaign } from './campaign.ts';
import { EventRowEncoder } from './encode/event-row.ts';
import type { SourceLookup } from './enrich/source.ts';
import type { EventBatch } from './event-batch.ts';
import type { EventRecord } from './event-record.ts';
import type { FraudGuard } from './fraud/fraud-guard.ts';
import { visitorCookieLine } from './identity/visitor.ts';
import type { VisitorFacts } from './visitor-facts.ts';

const SLUG_AT = '/in/'.length;
const CLICK_ID_LENGTH_MAX = 256;
const NO_TAGS: readonly string[] = [];
const NO_STORE = '\r\nCache-Control: no-store';
const BLOCKED = JSON.stringify({ error: 'blocked', message: 'this campaign takes no such visits' });
const BLOCKED_ADDRESS = JSON.stringify({ error: 'blocked', message: 'this address is blocked' });
const NO_DESTINATION = JSON.stringify({
  error: 'no_destination',
  message: 'no rule of the campaign takes this visit, and there is no fallback URL',
});
const UNKNOWN_CAMPAIGN = JSON.stringify({
  error: 'unknown_campaign',
  message: 'there is no active campaign at this address, and the organisation has no fallback URL',
});

export type ClickHandlerParts = {
  facts: VisitorFacts;
  sources: SourceLookup;
  batch: EventBatch;
  replies: ReplyWriter;
  guard: FraudGuard;
};

/**
 * Steps 3 to 5 of a click: decides where it goes, encodes its row into the batch and writes the reply.
 * The caller has filled in the event's organisation, event id and time.
 */
export class ClickHandler {
  readonly #parts: ClickHandlerParts;
  readonly #encoder = new EventRowEncoder();

  constructor(parts: ClickHandlerParts) {
    this.#parts = parts;
  }

  /**
   * @param plain decide with as little code as possible; see VisitorFacts
   * @param record whether the row still has to be written: not when a dead actor wrote it already
   */
  handle(
    slot: number,
    request: RequestReader,
    event: EventRecord,
    plain: boolean,
    record: boolean,
  ): void {
    const { facts, sources, batch, replies, guard } = this.#parts;
    event.eventType = 'click';
    event.request = request;
    event.url = request.path;
    event.query.parse(request.query);
    facts.read(event, request, plain);
    if (request.kind === REQUEST_KIND.clickHead) {
      facts.markBot(event, 'head_request');
    }
    event.clickId = effectiveClickId(event);
    event.traffic = sources.resolve(event.query, event.referer, request.header('host'));
    const campaign = event.organization.campaign(slugOf(request.path));
    const isBlocked = plain ? guard.checkBlock(event) : guard.assess(event, record);
    const isTurnedAway = isBlocked && event.organization.fraud.blocked_answer !== 'flag';
    const outcome = isTurnedAway
      ? turnAway(event, campaign)
      : route(event, campaign, plain, record && !isBlocked);
    if (record) {
      batch.begin();
      this.#encoder.write(batch.rows, event, request);
      batch.end();
    }
    if (event.destination === '') {
      refuse(replies, slot, isTurnedAway ? BLOCKED_ADDRESS : BLOCKED, outcome);
      return;
    }
    let headerBlock = event.destination + NO_STORE;
    if (facts.isNewVisitor && event.organization.config.cookies) {
      const isSecure = request.header('x-forwarded-proto') === 'https';
      headerBlock += visitorCookieLine(event.userId, isSecure);
    }
    replies.redirect(slot, headerBlock, outcome);
  }
}

/** Fills in campaign, rule, tags and destination: '' when the click goes nowhere. */
function route(
  event: EventRecord,
  campaign: Campaign | undefined,
  plain: boolean,
  isCounted: boolean,
): Outcome {
  if (campaign === undefined) {
    event.campaignId = null;
    event.ruleId = '';
    event.tags = NO_TAGS;
    event.destination = event.organization.fallback?.render(event) ?? '';
    return 'unknown_campaign';
  }
  if (campaign.route(event, event.organization.fallback, isCounted, plain)) {
    return 'blocked';
  }
  if (event.destination === '') {
    return 'no_destination';
  }
  return plain ? 'quarantined' : 'redirected';
}

/** What `route` does, for a visitor whose address is blocked. */
function turnAway(event: EventRecord, campaign: Campaign | undefined): Outcome {
  event.campaignId = campaign?.id ?? null;
  event.ruleId = '';
  event.tags = NO_TAGS;
  event.destination = event.organization.blockedDestination?.render(event) ?? '';
  return 'blocked';
}

/** The answer to a click that goes nowhere. */
function refuse(replies: ReplyWriter, slot: number, blocked: string, outcome: Outcome): void {
  if (outcome === 'blocked') {
    replies.json(slot, 403, blocked, outcome);
  } else {
    replies.json(
      slot,
      404,
      outcome === 'no_destination' ? NO_DESTINATION : UNKNOWN_CAMPAIGN,
      outcome,
    );
  }
}

/** The query's click id, unless it is missing or too long to be one. */
export function effectiveClickId(event: EventRecord): string {
  const given = event.query.get('click_id');
  return given === null || given === '' || given.length > CLICK_ID_LENGTH_MAX
    ? event.eventId
    : given;
}

/** `/in/summer_sale/` → `summer_sale`; bad percent-encoding stays as it is. */
function slugOf(path: string): string {
  const end = path.endsWith('/') && path.length > SLUG_AT ? path.length - 1 : path.length;
  const slug = path.substring(SLUG_AT, end);
  if (!slug.includes('%')) {
    return slug;
  }
  try {
    return decodeURIComponent(slug);
  } catch {
    return slug;
  }
}
