import { REQUEST_KIND } from '../../mailbox/layout.ts';
import type { ReplyWriter } from '../../mailbox/reply-writer.ts';
import type { RequestReader } from '../../mailbox/request-reader.ts';
import { effectiveClickId } from '../click-handler.ts';
import { EventRowEncoder } from '../encode/event-row.ts';
import type { SourceLookup } from '../enrich/source.ts';
import { errorBody } from '../error-body.ts';
import type { EventBatch } from '../event-batch.ts';
import type { EventRecord } from '../event-record.ts';
import type { VisitorFacts } from '../visitor-facts.ts';
import { parseVisits, type Visit } from './parse-visits.ts';

const PIXEL_TYPE = 'pageview';
const USER_ID = /^usr_[0-9a-f]{16}$/;

export type VisitHandlerParts = {
  facts: VisitorFacts;
  sources: SourceLookup;
  batch: EventBatch;
  replies: ReplyWriter;
  /** Gives the next event id. */
  nextEventId(): string;
};

/**
 * Visits that come by no redirect: `/collect` and `/pixel.gif`. Their rows go into the batch; the
 * reply, written here, may only be published when they are synced.
 */
export class VisitHandler {
  readonly #parts: VisitHandlerParts;
  readonly #encoder = new EventRowEncoder();

  constructor(parts: VisitHandlerParts) {
    this.#parts = parts;
  }

  /**
   * @param event with organisation, event id (the first visit's) and time filled in
   * @param record whether the rows still have to be written
   * @returns false when the request was refused: then nothing waits for the disk
   */
  handle(
    slot: number,
    request: RequestReader,
    event: EventRecord,
    plain: boolean,
    record: boolean,
  ): boolean {
    if (request.kind === REQUEST_KIND.pixel) {
      this.#pixel(slot, request, event, plain, record);
      return true;
    }
    const { replies } = this.#parts;
    const parsed = parseVisits(request.body(), request.receivedAtMs);
    if (parsed.kind === 'refused') {
      replies.json(slot, 400, errorBody('invalid_visits', parsed.errors), 'rejected');
      return false;
    }
    parsed.visits.forEach((visit, index) => {
      if (index > 0) {
        event.eventId = this.#parts.nextEventId();
      }
      event.query.parse(new URLSearchParams(visit.params).toString());
      this.#record(visit, request, event, plain, record);
    });
    const body = JSON.stringify({ status: 'accepted', events: parsed.visits.length });
    replies.json(slot, 200, body, 'recorded');
    return true;
  }

  /** The page that shows the pixel is its referer, unless the query names another. */
  #pixel(
    slot: number,
    request: RequestReader,
    event: EventRecord,
    plain: boolean,
    record: boolean,
  ): void {
    event.query.parse(request.query);
    const userId = event.query.get('user_id') ?? '';
    const visit: Visit = {
      type: pixelType(event.query.get('type')),
      url: event.query.get('url') || request.header('referer'),
      referer: event.query.get('referer') ?? '',
      userId: USER_ID.test(userId) ? userId : '',
      clickId: '',
      params: {},
      occurredAtMs: null,
    };
    this.#record(visit, request, event, plain, record);
    this.#parts.replies.json(slot, 200, '', 'recorded');
  }

  #record(
    visit: Visit,
    request: RequestReader,
    event: EventRecord,
    plain: boolean,
    record: boolean,
  ): void {
    const { facts, sources, batch } = this.#parts;
    facts.read(event, request, plain);
    event.eventType = visit.type;
    event.url = visit.url;
    event.referer = visit.referer;
    event.occurredAtMs = visit.occurredAtMs ?? request.receivedAtMs;
    event.userId = visit.userId === '' ? event.userId : visit.userId;
    event.clickId = visit.clickId === '' ? effectiveClickId(event) : visit.clickId;
    event.traffic = sources.resolve(event.query, event.referer, hostOf(event.url));
    event.campaignId = null;
    event.ruleId = '';
    event.destination = '';
    event.tags = [];
    if (record) {
      batch.begin();
      this.#encoder.write(batch.rows, event, request);
      batch.end();
    }
  }
}

function pixelType(sent: string | null): string {
  const isUsable =
    sent !== null && sent !== '' && sent.length <= 64 && sent.toLowerCase() !== 'click';
  return isUsable ? sent : PIXEL_TYPE;
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '';
}
