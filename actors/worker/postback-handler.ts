import { encodeConversion } from '../../core/conversion-codec.ts';
import { parsePostback } from '../../core/postback/parse.ts';
import { RECORD_HEADER_BYTES, sealRecord } from '../log/record.ts';
import type { SegmentLog } from '../log/segment-log.ts';
import type { Outcome } from '../mailbox/layout.ts';
import { REQUEST_KIND } from '../mailbox/layout.ts';
import type { ReplyWriter } from '../mailbox/reply-writer.ts';
import type { RequestReader } from '../mailbox/request-reader.ts';
import type { ActorCounters } from '../pool/actor-counters.ts';
import type { DurableReplies } from './durable-replies.ts';
import { errorBody } from './error-body.ts';
import type { OrganizationActor } from './organization-actor.ts';
import { conversionRecordOf } from './postback/conversion-record.ts';
import { DedupeIndex } from './postback/dedupe-index.ts';

const UNAVAILABLE = JSON.stringify({
  error: 'unavailable',
  message: 'the postback could not be made durable; send it again',
});

/** Said back to the sender; each names a metadata field that was cut. */
const WARNINGS_MAX = 5;

export type PostbackHandlerParts = {
  log: SegmentLog;
  durable: DurableReplies;
  replies: ReplyWriter;
  counters: ActorCounters;
};

/**
 * Takes a postback up to the point where it cannot be lost any more: judged, in the conversion log,
 * synced. The answer waits for the sync (`durable`); after it the acceptor asks the ledger.
 */
export class PostbackHandler {
  readonly #parts: PostbackHandlerParts;
  readonly #firsts = new DedupeIndex();

  constructor(parts: PostbackHandlerParts) {
    this.#parts = parts;
  }

  /**
   * @param receiptId 16 hex digits; the same again when a dead actor had begun with this request
   * @param complete publishes the slot's reply
   */
  handle(
    slot: number,
    request: RequestReader,
    organization: OrganizationActor,
    receiptId: string,
    complete: (slot: number) => void,
  ): void {
    const { log, durable, replies } = this.#parts;
    const parsed = parsePostback(
      {
        method: request.kind === REQUEST_KIND.postback ? 'POST' : 'GET',
        contentType: request.header('content-type'),
        body: request.body(),
        query: request.query,
      },
      organization.config.currency,
    );
    if (parsed.kind === 'refused') {
      this.#answer(slot, 400, errorBody('invalid_postback', parsed.errors), 'rejected', complete);
      return;
    }
    const record = conversionRecordOf(
      organization.id,
      parsed.postback,
      receiptId,
      request.receivedAtMs,
    );
    const first = this.#firsts.find(record.event_id);
    if (first !== undefined && first.receiptId !== receiptId) {
      const body = JSON.stringify({ status: 'duplicate', event_id: record.event_id });
      durable.add({
        log,
        ticket: first.syncTicket,
        synced: () => this.#answer(slot, 200, body, 'duplicate', complete),
        failed: () => this.#answer(slot, 503, UNAVAILABLE, 'unavailable', complete),
      });
      return;
    }
    const payload = encodeConversion(record);
    if (!this.#append(payload)) {
      this.#answer(slot, 503, UNAVAILABLE, 'unavailable', complete);
      return;
    }
    const { warnings } = parsed;
    const acceptedAnswer = JSON.stringify({
      status: 'accepted',
      event_id: record.event_id,
      ...(warnings.length > 0 ? { warnings: warnings.slice(0, WARNINGS_MAX) } : {}),
    });
    const syncTicket = log.requestSync();
    this.#firsts.remember(record.event_id, { receiptId, syncTicket });
    durable.add({
      log,
      ticket: syncTicket,
      synced: () => {
        replies.claim(slot, acceptedAnswer, payload);
        complete(slot);
      },
      failed: () => {
        this.#firsts.forget(record.event_id, receiptId);
        this.#answer(slot, 503, UNAVAILABLE, 'unavailable', complete);
      },
    });
  }

  #append(payload: Uint8Array): boolean {
    const framed = Buffer.allocUnsafe(RECORD_HEADER_BYTES + payload.length);
    framed.set(payload, RECORD_HEADER_BYTES);
    sealRecord(framed, 0, framed.length);
    const outcome = this.#parts.log.append(framed, framed.length, 1);
    this.#parts.counters.add(
      outcome === 'appended' ? 'conversions_appended' : 'conversions_refused',
      1,
    );
    return outcome === 'appended';
  }

  #answer(
    slot: number,
    status: number,
    body: string,
    outcome: Outcome,
    complete: (slot: number) => void,
  ): void {
    this.#parts.replies.json(slot, status, body, outcome);
    complete(slot);
  }
}
