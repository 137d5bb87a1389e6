// HOT PATH: the loop that serves a mailbox. Budget: 200 ns a request besides what handles it.

import type { SegmentLog } from '../log/segment-log.ts';
import type { ActorMailbox } from '../mailbox/actor-mailbox.ts';
import { OUTCOME, REQUEST_KIND, SLOT } from '../mailbox/layout.ts';
import type { ReplyWriter } from '../mailbox/reply-writer.ts';
import type { RequestReader } from '../mailbox/request-reader.ts';
import type { ActorCounters } from '../pool/actor-counters.ts';
import type { CapCounters } from './caps/cap-counters.ts';
import type { ClickHandler } from './click-handler.ts';
import type { DurableReplies } from './durable-replies.ts';
import type { EventBatch } from './event-batch.ts';
import type { EventRecord } from './event-record.ts';
import type { ThreadFraud } from './fraud/thread-fraud.ts';
import { hex64 } from './identity/hex.ts';
import type { SnowflakeGenerator } from './identity/snowflake.ts';
import type { OrganizationRegistry } from './organization-registry.ts';
import type { PostbackHandler } from './postback-handler.ts';
import type { VisitHandler } from './visits/visit-handler.ts';

/** Requests that are appended by one write at most. */
const BATCH_REQUESTS_MAX = 128;
/** A request that so many threads died over is served with the least possible code. */
const DEATHS_MAX = 2;

const NOT_CONFIGURED = JSON.stringify({
  error: 'unknown_organization',
  message: 'this organisation is not configured yet',
});
const UNAVAILABLE = JSON.stringify({
  error: 'unavailable',
  message: 'the visit could not be made durable; send it again',
});

export type ActorThreadParts = {
  mailbox: ActorMailbox;
  requests: RequestReader;
  replies: ReplyWriter;
  event: EventRecord;
  batch: EventBatch;
  clickLog: SegmentLog;
  durable: DurableReplies;
  organizations: OrganizationRegistry;
  ids: SnowflakeGenerator;
  clicks: ClickHandler;
  visits: VisitHandler;
  postbacks: PostbackHandler;
  fraud: ThreadFraud;
  counters: ActorCounters;
  caps: CapCounters;
  /** Word 0 is 1 while the event log has reached its cap. */
  limits: Int32Array;
  /** Event ids of clicks that a dead predecessor had written to the log. */
  alreadyLogged: ReadonlySet<string>;
  /** Throws for requests that ask for it, when faults are injected. */
  injectFault(request: RequestReader): void;
};

/**
 * Serves one mailbox: takes a batch, decides each request, appends the batch to the log by one write,
 * publishes the replies. No reply to a click is published before its row is in the log.
 */
export class ActorThread {
  readonly #parts: ActorThreadParts;
  /** Clicks whose reply is published after the append, and visits, which then wait for the sync. */
  readonly #clickSlots: number[] = [];
  readonly #visitSlots: number[] = [];
  readonly #complete: (slot: number) => void;
  #completed = 0;

  constructor(parts: ActorThreadParts) {
    this.#parts = parts;
    this.#complete = (slot) => {
      parts.mailbox.complete(slot);
      this.#completed++;
    };
  }

  /** Serves what a dead predecessor had taken and not answered. */
  serveOrphans(): number {
    const orphans = this.#parts.mailbox.orphans();
    for (const slot of orphans) {
      this.#serve(slot);
    }
    this.#appendBatch();
    this.#publish();
    return orphans.length;
  }

  /** Serves a batch. @returns whether there was anything to do */
  serveBatch(): boolean {
    const { mailbox, batch, durable } = this.#parts;
    let served = 0;
    while (served < BATCH_REQUESTS_MAX) {
      const slot = mailbox.take();
      if (slot === -1) {
        break;
      }
      this.#serve(slot);
      served++;
      if (batch.isNearlyFull) {
        break;
      }
    }
    if (served > 0) {
      this.#appendBatch();
    }
    const settled = durable.isEmpty ? 0 : durable.settle();
    this.#publish();
    this.#parts.fraud.flush();
    return served + settled > 0;
  }

  #publish(): void {
    if (this.#completed > 0) {
      this.#completed = 0;
      this.#parts.mailbox.flush();
    }
  }

  #serve(slot: number): void {
    const { mailbox, requests, organizations } = this.#parts;
    mailbox.setCurrent(slot);
    requests.read(slot);
    const plain =
      mailbox.memory.word(slot, SLOT.deaths) >= DEATHS_MAX ||
      organizations.isQuarantined(requests.organization);
    if (!plain) {
      this.#parts.injectFault(requests);
    }
    const organization = organizations.actor(requests.organization, requests.receivedAtMs);
    if (organization === undefined) {
      this.#parts.replies.json(slot, 503, NOT_CONFIGURED, 'unavailable');
      this.#complete(slot);
      return;
    }
    const isRepeated = this.#hasEventId(slot);
    const { high, low } = this.#eventId(slot);
    if (requests.kind === REQUEST_KIND.postback || requests.kind === REQUEST_KIND.postbackGet) {
      this.#parts.postbacks.handle(slot, requests, organization, hex64(high, low), this.#complete);
      return;
    }
    const event = this.#parts.event;
    event.organization = organization;
    event.eventId = `evt_${hex64(high, low)}`;
    event.occurredAtMs = requests.receivedAtMs;
    const isLogged = isRepeated && this.#parts.alreadyLogged.has(event.eventId);
    if (requests.kind === REQUEST_KIND.collect || requests.kind === REQUEST_KIND.pixel) {
      event.clearFraud();
      if (this.#parts.visits.handle(slot, requests, event, plain, !isLogged)) {
        this.#visitSlots.push(slot);
      } else {
        this.#complete(slot);
      }
      return;
    }
    this.#parts.clicks.handle(slot, requests, event, plain, !isLogged);
    this.#clickSlots.push(slot);
  }

  /** Whether a predecessor began with this request: it may be in the log already. */
  #hasEventId(slot: number): boolean {
    const memory = this.#parts.mailbox.memory;
    return memory.word(slot, SLOT.eventIdHigh) !== 0 || memory.word(slot, SLOT.eventIdLow) !== 0;
  }

  /** The id of a request: a new one, or the one that it got from a thread that died over it. */
  #eventId(slot: number): { high: number; low: number } {
    const { ids, mailbox } = this.#parts;
    const memory = mailbox.memory;
    if (this.#hasEventId(slot)) {
      return {
        high: memory.word(slot, SLOT.eventIdHigh),
        low: memory.word(slot, SLOT.eventIdLow),
      };
    }
    ids.next();
    memory.setWord(slot, SLOT.eventIdHigh, ids.high);
    memory.setWord(slot, SLOT.eventIdLow, ids.low);
    return ids;
  }

  #appendBatch(): void {
    const { batch, caps, clickLog, counters, limits } = this.#parts;
    this.#parts.mailbox.setCurrent(-1);
    const records = batch.records;
    let outcome: 'appended' | 'disk_full' | 'io_error' | 'log_full';
    if (Atomics.load(limits, 0) === 1) {
      batch.discard();
      outcome = 'log_full';
    } else {
      outcome = batch.append(clickLog);
    }
    caps.settle();
    counters.add(outcome === 'appended' ? 'rows_appended' : 'rows_dropped', records);
    this.#completeClicks(outcome);
    this.#awaitSync(outcome);
  }

  /** Redirects are answered whatever happens; whether the click was dropped is told to the counters. */
  #completeClicks(outcome: 'appended' | 'disk_full' | 'io_error' | 'log_full'): void {
    const memory = this.#parts.mailbox.memory;
    for (let index = 0; index < this.#clickSlots.length; index++) {
      const slot = this.#clickSlots[index] as number;
      if (outcome !== 'appended') {
        memory.setWord(slot, SLOT.replyOutcome, OUTCOME[`dropped_${outcome}`]);
      }
      this.#complete(slot);
    }
    this.#clickSlots.length = 0;
  }

  #awaitSync(outcome: 'appended' | 'disk_full' | 'io_error' | 'log_full'): void {
    if (this.#visitSlots.length === 0) {
      return;
    }
    const { clickLog, durable, replies } = this.#parts;
    const slots = this.#visitSlots.splice(0);
    const refuse = () => {
      for (const slot of slots) {
        replies.json(slot, 503, UNAVAILABLE, 'unavailable');
        this.#complete(slot);
      }
    };
    if (outcome !== 'appended') {
      refuse();
      return;
    }
    const ticket = clickLog.requestSync();
    durable.add({
      log: clickLog,
      ticket,
      synced: () => slots.forEach(this.#complete),
      failed: refuse,
    });
  }
}
