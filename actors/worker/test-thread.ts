import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CampaignConfig,
  campaignText,
  type OrganizationConfig,
} from '../../core/configuration.ts';
import type { Detection } from '../../core/fraud/detection.ts';
import { DEFAULT_FRAUD_SETTINGS } from '../../core/fraud/settings.ts';
import { createLogger } from '../../core/logger.ts';
import { SegmentLog } from '../log/segment-log.ts';
import { InProcessSyncer } from '../log/sync/in-process-syncer.ts';
import { AcceptorMailbox } from '../mailbox/acceptor-mailbox.ts';
import { ActorMailbox } from '../mailbox/actor-mailbox.ts';
import { OUTCOMES, type RequestKind, SLOT } from '../mailbox/layout.ts';
import { createMailboxBuffer } from '../mailbox/mailbox.ts';
import { ReplyWriter } from '../mailbox/reply-writer.ts';
import { RequestReader } from '../mailbox/request-reader.ts';
import { RequestWriter } from '../mailbox/request-writer.ts';
import { createActorCountersBuffer, openActorCounters } from '../pool/actor-counters.ts';
import { type CampaignBook, updateBook } from '../pool/campaign-book.ts';
import { ActorThread } from './actor-thread.ts';
import { CapCounters } from './caps/cap-counters.ts';
import { CapFile } from './caps/cap-file.ts';
import { ClickHandler } from './click-handler.ts';
import { DurableReplies } from './durable-replies.ts';
import { loadGeoBuffers } from './enrich/geo-buffers.ts';
import { SourceLookup } from './enrich/source.ts';
import { EventBatch } from './event-batch.ts';
import { EventRecord } from './event-record.ts';
import { injectFault } from './fault-injection.ts';
import { loadDataCentreBuffers } from './fraud/signals/signals.ts';
import { ThreadFraud } from './fraud/thread-fraud.ts';
import { hex64 } from './identity/hex.ts';
import { SnowflakeGenerator } from './identity/snowflake.ts';
import { loggedEventIds } from './logged-event-ids.ts';
import { NO_ORGANIZATION } from './organization-actor.ts';
import { OrganizationRegistry } from './organization-registry.ts';
import { PostbackHandler } from './postback-handler.ts';
import { VisitorFacts } from './visitor-facts.ts';
import { VisitHandler } from './visits/visit-handler.ts';

export const ACME: OrganizationConfig = {
  organization_id: 'org_acmecorp',
  name: 'Acme Corp',
  cookies: true,
  fallback_url: null,
  currency: 'USD',
  fraud: DEFAULT_FRAUD_SETTINGS,
};

export const SUMMER_SALE: CampaignConfig = {
  organization_id: 'org_acmecorp',
  campaign_id: 'summer_sale',
  name: 'Summer Sale',
  status: 'active',
  timezone: 'UTC',
  rules: [],
  default_action: {
    type: 'redirect',
    destination: 'https://shop.acmecorp.com/summer-sale',
    passthrough: ['click_id', 'source'],
    tags: ['summer'],
  },
};

export type TestReply = {
  status: number;
  head: string;
  body: string;
  bytes: Buffer;
  outcome: string;
};
export type TestRequest = {
  kind: RequestKind;
  path: string;
  query?: string;
  peer?: string;
  headers?: Record<string, string>;
  body?: string;
  organization?: number;
};

const geo = loadGeoBuffers();
const dataCentres = loadDataCentreBuffers();
/** Enough for tests, and allocated quickly. */
const FRAUD_LIMITS = { addressesMax: 16_384, fullMax: 1_024 };

/**
 * An actor thread's parts, composed on the test's own thread around a real mailbox and a real log in a
 * temporary folder: requests go in as the acceptor writes them, replies come out as it reads them.
 */
export class TestThread {
  readonly folder = mkdtempSync(join(tmpdir(), 'trellis-actor-'));
  readonly buffer = createMailboxBuffer();
  readonly acceptor = new AcceptorMailbox(this.buffer);
  readonly counters = openActorCounters(createActorCountersBuffer());
  readonly limits = new Int32Array(new SharedArrayBuffer(4));
  nowMs = 1_718_447_445_123;
  /** Of the click log, from the next `restart` on. */
  segmentRecordsMax = 50_000;
  readonly clock = { nowMs: () => this.nowMs };
  caps!: CapCounters;
  organizations!: OrganizationRegistry;
  clickLog!: SegmentLog;
  conversionLog!: SegmentLog;
  mailbox!: ActorMailbox;
  thread!: ActorThread;
  syncer!: InProcessSyncer;
  fraud!: ThreadFraud;
  /** All that was told to the main thread. */
  readonly detections: Detection[] = [];
  readonly #writer = new RequestWriter();
  #ids: SnowflakeGenerator | null = null;
  #organization = ACME;
  #book: CampaignBook | null = null;

  /** @param campaigns of organisation 0, ACME */
  constructor(campaigns: CampaignConfig[] = [SUMMER_SALE]) {
    this.#book = updateBook(null, campaigns.map(campaignText));
    this.restart();
  }

  /** Changes campaigns as a message of the engine does. */
  configure(...campaigns: CampaignConfig[]): void {
    this.configureOrganization(this.#organization, ...campaigns);
  }

  /** Changes the organisation, and campaigns too. */
  configureOrganization(organization: OrganizationConfig, ...campaigns: CampaignConfig[]): void {
    this.#organization = organization;
    this.#book = updateBook(this.#book, campaigns.map(campaignText));
    this.organizations.apply([{ number: 0, organization, campaigns: this.#book }]);
  }

  /** Begins anew as the successor of a thread that died: same mailbox, same folder. */
  restart(): void {
    this.#ids?.close();
    this.acceptor.recordActorDeath();
    this.mailbox = new ActorMailbox(this.buffer, () => undefined);
    this.syncer = new InProcessSyncer({ manual: true });
    const logger = createLogger('test', 'silent');
    this.caps = new CapCounters(new CapFile(join(this.folder, 'cap-counts'), 0, logger));
    this.organizations = new OrganizationRegistry(this.clock, this.counters, this.caps, logger);
    this.configure();
    const log = { nodeId: 'test', shard: 0, clock: this.clock, syncer: this.syncer };
    this.clickLog = SegmentLog.open({
      ...log,
      lane: 'clicks',
      directory: join(this.folder, 'clicks'),
      observer: this.caps,
      segmentRecordsMax: this.segmentRecordsMax,
    });
    this.conversionLog = SegmentLog.open({
      ...log,
      lane: 'conversions',
      directory: join(this.folder, 'conversions'),
    });
    this.#ids = new SnowflakeGenerator({
      node: 1,
      thread: 2,
      leaseFile: join(this.folder, 'lease'),
      clock: this.clock,
    });
    this.thread = this.#compose(this.#ids);
  }

  #compose(ids: SnowflakeGenerator): ActorThread {
    const { mailbox, clickLog, counters, organizations } = this;
    const facts = new VisitorFacts(geo, ['127.0.0.0/8']);
    const replies = new ReplyWriter(mailbox.memory);
    const durable = new DurableReplies();
    const handlerParts = {
      facts,
      sources: new SourceLookup(100),
      batch: new EventBatch(),
      replies,
    };
    this.fraud = new ThreadFraud({
      dataCentres,
      clock: this.clock,
      counters,
      send: (detections) => this.detections.push(...detections),
      limits: FRAUD_LIMITS,
      agentsMax: 256,
    });
    const nextEventId = () => {
      ids.next();
      return `evt_${hex64(ids.high, ids.low)}`;
    };
    return new ActorThread({
      mailbox,
      requests: new RequestReader(mailbox.memory),
      replies,
      event: new EventRecord(NO_ORGANIZATION, facts.agents.lookup(''), facts.languages.lookup('')),
      batch: handlerParts.batch,
      clickLog,
      durable,
      organizations,
      ids,
      clicks: new ClickHandler({ ...handlerParts, guard: this.fraud.guard }),
      visits: new VisitHandler({ ...handlerParts, nextEventId }),
      postbacks: new PostbackHandler({ log: this.conversionLog, durable, replies, counters }),
      fraud: this.fraud,
      counters,
      caps: this.caps,
      limits: this.limits,
      alreadyLogged: loggedEventIds(clickLog.recovered.payloads()),
      injectFault,
    });
  }

  submit(request: TestRequest): number {
    this.#writer.begin(request.path, request.query ?? '', request.peer ?? '203.0.113.9');
    for (const [name, value] of Object.entries(request.headers ?? {})) {
      this.#writer.add(name, value);
    }
    const body = request.body === undefined ? null : Buffer.from(request.body);
    const slot = this.#writer.writeTo(this.acceptor, body);
    this.acceptor.submit(slot, request.kind, request.organization ?? 0, this.nowMs);
    return slot;
  }

  /** The replies that are published by now, in order; their slots are freed. */
  replies(): TestReply[] {
    const memory = this.acceptor.memory;
    const replies: TestReply[] = [];
    for (let slot = this.acceptor.nextReply(); slot !== -1; slot = this.acceptor.nextReply()) {
      const at = memory.replyAt(slot);
      const bodyAt = at + memory.word(slot, SLOT.replyHeadBytes);
      const end = bodyAt + memory.word(slot, SLOT.replyBodyBytes);
      const bytes = Buffer.from(memory.bytes.subarray(bodyAt, end));
      replies.push({
        status: memory.word(slot, SLOT.replyStatus),
        head: memory.bytes.toString('latin1', at, bodyAt),
        body: bytes.toString('utf8'),
        bytes,
        outcome: OUTCOMES[memory.word(slot, SLOT.replyOutcome)] ?? '?',
      });
      this.acceptor.release(slot);
      this.acceptor.advance();
    }
    return replies;
  }

  /** Submits a request, lets the thread work until it is answered, and returns the reply. */
  answer(request: TestRequest): TestReply {
    this.submit(request);
    this.thread.serveBatch();
    this.syncer.run();
    this.thread.serveBatch();
    const [reply, ...others] = this.replies();
    if (reply === undefined || others.length > 0) {
      throw new Error(`expected one reply, got ${others.length + (reply === undefined ? 0 : 1)}`);
    }
    return reply;
  }

  /** Closes everything and deletes the folder. */
  dispose(): void {
    this.#ids?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
