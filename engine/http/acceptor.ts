// HOT PATH: `click` runs once per click on the main thread, `drain` once per batch of replies.
// Budget: 3 µs a click besides the HTTP parser and the system calls. Guarded by bench/load.
import type { HttpRequest, HttpResponse } from 'uWebSockets.js';
import {
  CONTROL,
  OUTCOMES,
  REPLY_KIND,
  REQUEST_KIND,
  type RequestKind,
  SLOT,
} from '../../actors/mailbox/layout.ts';
import { RequestWriter } from '../../actors/mailbox/request-writer.ts';
import type { ActorPool } from '../../actors/pool/actor-pool.ts';
import type { Scope } from '../../core/configuration.ts';
import { UNREAD_HEADERS } from '../../core/unread-headers.ts';
import type { EngineCounters } from '../metrics/engine-counters.ts';
import { NOBODY, type RoutingTable } from '../organizations/routing-table.ts';
import { ActorWakes } from './actor-wakes.ts';
import { answerError, answerJson, type PeerAddress, statusLine } from './answer.ts';
import type { ConversionClaimer } from './conversion-claimer.ts';
import { OpenRequests } from './open-requests.ts';

/** Characters of path and query together; browsers send up to some thousand. */
const URL_LENGTH_MAX = 8192;
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

export type AcceptorOptions = {
  pool: ActorPool;
  routing: RoutingTable;
  counters: EngineCounters;
  claimer: ConversionClaimer;
  peerAddress: PeerAddress;
};

/** A request whose body has yet to come: what has to be copied while its handler runs. */
export type RequestHead = {
  path: string;
  query: string;
  peer: string;
  /** Names and values in turn. */
  headers: string[];
};

/**
 * Steps 1, 2 and 6 of a click: finds out whose it is, hands it to that organisation's actor through
 * the mailbox, and sends what the actor answered.
 */
export class Acceptor {
  /** Set when the process stops: answers then ask the visitor's end to close the connection. */
  closing = false;
  /** Replies of actors that were taken, whether or not the visitor was still there. */
  answered = 0;
  readonly #options: AcceptorOptions;
  readonly #writer = new RequestWriter();
  readonly #open: OpenRequests[] = [];
  readonly #addHeader: (name: string, value: string) => void;
  readonly #sendCorked: () => void;
  readonly #wakes: ActorWakes;
  /** What `#send` sends: arguments of a callback that is made once and not per request. */
  #response: HttpResponse | null = null;
  #shard = 0;
  #slot = 0;

  constructor(options: AcceptorOptions) {
    this.#options = options;
    for (let shard = 0; shard < options.pool.shardCount; shard++) {
      this.#open.push(new OpenRequests());
    }
    this.#wakes = new ActorWakes(options.pool);
    this.#addHeader = (name, value) => {
      if (!UNREAD_HEADERS.has(name)) {
        this.#writer.add(name, value);
      }
    };
    this.#sendCorked = () => this.#send();
  }

  /** Requests that wait for an actor. */
  get openRequests(): number {
    return this.#open.reduce((sum, open) => sum + open.size, 0);
  }

  /** Whose request it is: the key's organisation, else the host's; NOBODY: neither is known. */
  organizationOf(request: HttpRequest, scope: Scope): number {
    const authorization = request.getHeader('authorization');
    return authorization === ''
      ? this.#options.routing.byHost(request.getHeader('host'))
      : this.#options.routing.byAuthorization(authorization, scope);
  }

  /** A request that has no body: a click or a pixel. */
  click(response: HttpResponse, request: HttpRequest, kind: RequestKind): void {
    const startedAtMs = performance.now();
    const path = request.getUrl();
    const query = request.getQuery() ?? '';
    if (path.length + query.length > URL_LENGTH_MAX) {
      this.refuse(response, 414, 'url_too_long', `more than ${URL_LENGTH_MAX} characters`);
      return;
    }
    const organization = this.organizationOf(request, 'traffic:write');
    if (organization === NOBODY) {
      this.refuseUnknown(response);
      return;
    }
    this.#writer.begin(path, query, this.#options.peerAddress(response));
    request.forEach(this.#addHeader);
    this.#submit(response, kind, organization, null, startedAtMs);
  }

  /** Copies what a request with a body needs after its handler has returned. */
  head(response: HttpResponse, request: HttpRequest): RequestHead {
    const headers: string[] = [];
    request.forEach((name, value) => {
      if (!UNREAD_HEADERS.has(name)) {
        headers.push(name, value);
      }
    });
    const query = request.getQuery() ?? '';
    return { path: request.getUrl(), query, peer: this.#options.peerAddress(response), headers };
  }

  /** A request whose body has arrived. The response is uncorked and not aborted. */
  withBody(
    response: HttpResponse,
    kind: RequestKind,
    organization: number,
    head: RequestHead,
    body: Uint8Array,
  ): void {
    this.#writer.begin(head.path, head.query, head.peer);
    for (let index = 0; index < head.headers.length; index += 2) {
      this.#writer.add(head.headers[index] as string, head.headers[index + 1] as string);
    }
    this.#submit(response, kind, organization, body, performance.now());
  }

  #submit(
    response: HttpResponse,
    kind: RequestKind,
    organization: number,
    body: Uint8Array | null,
    startedAtMs: number,
  ): void {
    const { pool, routing } = this.#options;
    const config = routing.organization(organization);
    if (config === undefined) {
      this.refuseUnknown(response);
      return;
    }
    const shard = pool.shardOf(config.organization_id);
    const mailbox = pool.mailbox(shard);
    const slot = this.#writer.writeTo(mailbox, body);
    if (slot === -1) {
      this.#options.counters.add('clicks_mailbox_full', 1);
      this.refuse(response, 503, 'overloaded', 'too many requests are waiting; try again');
      return;
    }
    if (slot === -2) {
      this.refuse(response, 431, 'request_too_large', 'the request headers are too large');
      return;
    }
    (this.#open[shard] as OpenRequests).add(slot, response, startedAtMs);
    mailbox.submit(slot, kind, organization, Date.now());
    this.#wakes.submitted(shard);
  }

  /** Answers what a shard has replied to. Called when its actor signals. */
  drain(shard: number): void {
    const mailbox = this.#options.pool.mailbox(shard);
    Atomics.store(mailbox.memory.words, CONTROL.acceptorSignalled, 0);
    for (let slot = mailbox.nextReply(); slot !== -1; slot = mailbox.nextReply()) {
      this.answered++;
      if (mailbox.memory.word(slot, SLOT.replyKind) === REPLY_KIND.claim) {
        mailbox.hold(slot);
        mailbox.advance();
        this.#claim(shard, slot);
      } else {
        this.#count(
          mailbox.memory.word(slot, SLOT.kind),
          mailbox.memory.word(slot, SLOT.replyOutcome),
        );
        this.#answer(shard, slot);
        mailbox.release(slot);
        mailbox.advance();
      }
    }
  }

  #answer(shard: number, slot: number): void {
    const open = this.#open[shard] as OpenRequests;
    const response = open.take(slot);
    if (response === null) {
      return;
    }
    this.#response = response;
    this.#shard = shard;
    this.#slot = slot;
    response.cork(this.#sendCorked);
    this.#response = null;
    this.#options.counters.observeRedirect(performance.now() - open.startedAtMs(slot));
  }

  #send(): void {
    const response = this.#response as HttpResponse;
    const slot = this.#slot;
    const memory = this.#options.pool.mailbox(this.#shard).memory;
    const status = memory.word(slot, SLOT.replyStatus);
    const headBytes = memory.word(slot, SLOT.replyHeadBytes);
    const at = memory.replyAt(slot);
    this.#options.counters.countAnswer(memory.word(slot, SLOT.kind), status);
    if (headBytes > 0) {
      response.writeStatus(statusLine(status));
      // The value and the header lines behind it in one piece; the actor made them from parsed parts.
      response.writeHeader('Location', memory.bytes.subarray(at, at + headBytes));
      if (this.closing) {
        response.writeHeader('Connection', 'close');
      }
      response.end(undefined, this.closing);
      return;
    }
    const bodyBytes = memory.word(slot, SLOT.replyBodyBytes);
    if (bodyBytes === 0 && memory.word(slot, SLOT.kind) === REQUEST_KIND.pixel) {
      this.#sendPixel(response);
      return;
    }
    answerJson(response, status, memory.bytes.toString('utf8', at, at + bodyBytes), this.closing);
  }

  #sendPixel(response: HttpResponse): void {
    response
      .writeStatus(statusLine(200))
      .writeHeader('Content-Type', 'image/gif')
      .writeHeader('Cache-Control', 'no-store')
      .end(PIXEL, this.closing);
  }

  #claim(shard: number, slot: number): void {
    const mailbox = this.#options.pool.mailbox(shard);
    const memory = mailbox.memory;
    const at = memory.replyAt(slot);
    const bodyAt = at + memory.word(slot, SLOT.replyHeadBytes);
    const acceptedAnswer = memory.bytes.toString('utf8', at, bodyAt);
    const conversion = Buffer.from(
      memory.bytes.subarray(bodyAt, bodyAt + memory.word(slot, SLOT.replyBodyBytes)),
    );
    this.#options.claimer.claim(conversion, (status) => {
      const kind = memory.word(slot, SLOT.kind);
      const response = (this.#open[shard] as OpenRequests).take(slot);
      this.#options.counters.countOutcome(kind, status);
      if (response !== null) {
        this.#options.counters.countAnswer(kind, 200);
        const body =
          status === 'accepted'
            ? acceptedAnswer
            : JSON.stringify({ ...JSON.parse(acceptedAnswer), status });
        response.cork(() => answerJson(response, 200, body, this.closing));
      }
      mailbox.release(slot);
    });
  }

  #count(kind: number, outcome: number): void {
    this.#options.counters.countOutcome(kind, OUTCOMES[outcome] ?? 'rejected');
  }

  refuseUnknown(response: HttpResponse): void {
    this.#options.counters.add('clicks_unknown_organization', 1);
    this.refuse(
      response,
      404,
      'unknown_organization',
      'no organisation has this host name or key; add the domain or send a bearer key',
    );
  }

  /** Answers with an error from within a route's handler, or corked. */
  refuse(response: HttpResponse, status: number, code: string, message: string): void {
    this.#options.counters.countRefusal(status);
    answerError(response, status, code, message, this.closing);
  }
}
