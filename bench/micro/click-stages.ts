import type { SegmentLog } from '../../actors/log/segment-log.ts';
import type { ActorMailbox } from '../../actors/mailbox/actor-mailbox.ts';
import { ReplyWriter } from '../../actors/mailbox/reply-writer.ts';
import { RequestReader } from '../../actors/mailbox/request-reader.ts';
import { updateBook } from '../../actors/pool/campaign-book.ts';
import { EventRowEncoder } from '../../actors/worker/encode/event-row.ts';
import type { GeoBuffers } from '../../actors/worker/enrich/geo-buffers.ts';
import { SourceLookup } from '../../actors/worker/enrich/source.ts';
import { EventBatch } from '../../actors/worker/event-batch.ts';
import { EventRecord } from '../../actors/worker/event-record.ts';
import type { FraudGuard } from '../../actors/worker/fraud/fraud-guard.ts';
import { visitorCookieLine } from '../../actors/worker/identity/visitor.ts';
import { OrganizationActor } from '../../actors/worker/organization-actor.ts';
import { ACME, SUMMER_SALE, type TestThread } from '../../actors/worker/test-thread.ts';
import { VisitorFacts } from '../../actors/worker/visitor-facts.ts';
import { campaignText } from '../../core/configuration.ts';
import { silentLogger } from './test-requests.ts';

/** The steps of a click on its actor thread, in their order. */
export const CLICK_STAGES = [
  'take, complete, publish',
  'read the request',
  'parse the query',
  'visitor facts',
  'source',
  'fraud',
  'route, render',
  'encode the row',
  'CRC',
  'reply',
  'append to the log',
] as const;

const READ = 1;
const QUERY = 2;
const FACTS = 3;
const SOURCE = 4;
const FRAUD = 5;
const ROUTE = 6;
const ENCODE = 7;
const CRC = 8;
const REPLY = 9;
const APPEND = 10;

/** What ClickHandler and ActorThread do, step by step, so that they can be stopped after any. */
export class StagedClicks {
  readonly #mailbox: ActorMailbox;
  readonly #log: SegmentLog;
  readonly #requests: RequestReader;
  readonly #replies: ReplyWriter;
  readonly #facts: VisitorFacts;
  readonly #sources = new SourceLookup(4_096);
  readonly #encoder = new EventRowEncoder();
  readonly #batch = new EventBatch();
  readonly #event: EventRecord;
  readonly #guard: FraudGuard;

  /** @param thread whose log, caps and clock are used, not its own mailbox reader */
  constructor(mailbox: ActorMailbox, thread: TestThread, geo: GeoBuffers) {
    this.#mailbox = mailbox;
    this.#log = thread.clickLog;
    this.#guard = thread.fraud.guard;
    this.#requests = new RequestReader(mailbox.memory);
    this.#replies = new ReplyWriter(mailbox.memory);
    this.#facts = new VisitorFacts(geo, ['127.0.0.0/8']);
    const campaigns = updateBook(null, [campaignText(SUMMER_SALE)]);
    const organization = new OrganizationActor(
      { number: 0, organization: ACME, campaigns },
      thread.nowMs,
      silentLogger,
      thread.caps,
    );
    const { agents, languages } = this.#facts;
    this.#event = new EventRecord(organization, agents.lookup(''), languages.lookup(''));
    this.#event.eventId = 'evt_0123456789abcdef';
  }

  /** @param last the number of the last step that is done */
  serveBatch(last: number): void {
    const mailbox = this.#mailbox;
    for (let slot = mailbox.take(); slot !== -1; slot = mailbox.take()) {
      if (last >= READ) {
        this.#serve(slot, last);
      }
      mailbox.complete(slot);
    }
    if (last >= APPEND) {
      this.#batch.append(this.#log);
    } else {
      this.#batch.discard();
    }
    mailbox.flush();
  }

  #serve(slot: number, last: number): void {
    const request = this.#requests;
    const event = this.#event;
    request.read(slot);
    event.request = request;
    event.url = request.path;
    event.occurredAtMs = request.receivedAtMs;
    if (last < QUERY) return;
    event.query.parse(request.query);
    event.clickId = event.query.get('click_id') ?? event.eventId;
    if (last < FACTS) return;
    this.#facts.read(event, request, false);
    if (last < SOURCE) return;
    event.traffic = this.#sources.resolve(event.query, event.referer, request.header('host'));
    if (last < FRAUD) return;
    this.#guard.assess(event, true);
    if (last < ROUTE) return;
    this.#route();
    if (last < ENCODE) return;
    this.#batch.begin();
    this.#encoder.write(this.#batch.rows, event, request);
    if (last < CRC) return;
    this.#batch.end();
    if (last < REPLY) return;
    const cookie = visitorCookieLine(event.userId, false);
    const head = `${event.destination}\r\nCache-Control: no-store${cookie}`;
    this.#replies.redirect(slot, head, 'redirected');
  }

  #route(): void {
    const event = this.#event;
    const slug = this.#requests.path.substring('/in/'.length);
    const campaign = event.organization.campaign(slug);
    if (campaign === undefined) {
      throw new Error(`there is no campaign ${slug}`);
    }
    campaign.route(event, null, true, false);
  }
}
