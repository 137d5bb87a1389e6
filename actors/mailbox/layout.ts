/**
 * The memory that an acceptor thread and an actor thread share: one mailbox per pair of them.
 * Both sides compile this table in; `LAYOUT_VERSION` is written by the creator and asserted by
 * whoever attaches, so that two builds can never misread each other.
 *
 * ```text
 * control words    one per cache line, see CONTROL
 * submission ring  Int32 slot numbers: acceptor writes, actor reads
 * completion ring  Int32 slot numbers: actor writes, acceptor reads
 * small slots      SMALL_LANE.slots × slotBytes(SMALL_LANE)
 * large slots      LARGE_LANE.slots × slotBytes(LARGE_LANE)
 * ```
 *
 * A slot holds one request and, in a region of its own, the reply to it. The request stays intact
 * until the acceptor frees the slot, so that the successor of a dead actor can serve it again.
 */
export const LAYOUT_VERSION = 1;

/** A lane is a set of slots of one size. Most requests fit the small one. */
export type Lane = {
  slots: number;
  /** Room for the request: its text and its body. */
  requestBytes: number;
  /** Room for the reply: its header block and its body. */
  replyBytes: number;
};

export const SMALL_LANE: Lane = { slots: 4096, requestBytes: 4096, replyBytes: 9216 };
export const LARGE_LANE: Lane = { slots: 32, requestBytes: 576 * 1024, replyBytes: 80 * 1024 };

export const SLOT_COUNT = SMALL_LANE.slots + LARGE_LANE.slots;
/** A power of two, and at least SLOT_COUNT: a slot is in a ring once at most, so it never fills. */
export const RING_SLOTS = 8192;

const CACHE_LINE_WORDS = 16;

/** Control words, as indexes into the Int32 view; each on a cache line of its own. */
export const CONTROL = {
  version: 0,
  /** Futex word of the actor: it sleeps on its value. */
  actorWake: 1 * CACHE_LINE_WORDS,
  /** 1 while the actor sleeps, or is about to, and nobody has woken it yet. */
  actorSleeping: 2 * CACHE_LINE_WORDS,
  /** 1 from the moment the acceptor was signalled until it starts to drain. */
  acceptorSignalled: 3 * CACHE_LINE_WORDS,
  submissionTail: 4 * CACHE_LINE_WORDS,
  submissionHead: 5 * CACHE_LINE_WORDS,
  completionTail: 6 * CACHE_LINE_WORDS,
  completionHead: 7 * CACHE_LINE_WORDS,
  /** 1 when the actor's control port holds messages. */
  controlPending: 8 * CACHE_LINE_WORDS,
  /** 1: finish what is in the mailbox, seal the log and return. */
  shutdown: 9 * CACHE_LINE_WORDS,
  /** The slot that the actor works on, or -1: tells whose request killed it. */
  currentSlot: 10 * CACHE_LINE_WORDS,
} as const;

export const CONTROL_WORDS = 11 * CACHE_LINE_WORDS;

/** Words of a slot's header, as Int32 indexes from the slot's start. */
export const SLOT = {
  state: 0,
  /** One of REQUEST_KIND. */
  kind: 1,
  /** The number by which engine and actors know the organisation. */
  organization: 2,
  /** How many actor threads died over this request. */
  deaths: 3,
  /** UTF-8 bytes of the request's text. */
  textBytes: 4,
  /** Fields in the text; their lengths, in UTF-16 units, are in the length table. */
  fields: 5,
  /** Float64 in two words: Unix time in ms at which the request was accepted. */
  receivedAtMs: 6,
  /** Upper and lower half of the event id given to this request; 0 and 0 before that. */
  eventIdHigh: 8,
  eventIdLow: 9,
  /** Bytes of the request's body, which follows the text. */
  bodyBytes: 10,
  /** One of REPLY_KIND. */
  replyKind: 11,
  /** HTTP status code. */
  replyStatus: 12,
  /** Bytes of the reply's header block, at the start of the reply region. */
  replyHeadBytes: 13,
  /** Bytes of the reply's body, right behind the header block. */
  replyBodyBytes: 14,
  /** One of OUTCOME, for the counters. */
  replyOutcome: 15,
} as const;

export const SLOT_HEADER_BYTES = 64;
/** Path, query, peer and 100 headers (the most that the HTTP parser takes) of name and value. */
export const FIELDS_MAX = 3 + 2 * 100;
/** The length table: FIELDS_MAX Uint16, padded to a multiple of 8 bytes. */
export const LENGTH_TABLE_BYTES = 416;

/**
 * A slot goes free → submitted → taken → replied → free; only the actor's death repeats a step.
 * `held`: the acceptor has read the reply and asks the ledger before it answers.
 */
export const SLOT_STATE = { free: 0, submitted: 1, taken: 2, replied: 3, held: 4 } as const;

export const REQUEST_KIND = {
  click: 0,
  clickHead: 1,
  postback: 2,
  postbackGet: 3,
  collect: 4,
  pixel: 5,
} as const;
export type RequestKind = (typeof REQUEST_KIND)[keyof typeof REQUEST_KIND];

/** `answer`: send it. `claim`: the body is a conversion that the ledger must be asked about. */
export const REPLY_KIND = { answer: 0, claim: 1 } as const;

/** What became of a request; the position in this list is its number in `replyOutcome`. */
export const OUTCOMES = [
  'redirected',
  'unknown_campaign',
  'dropped_disk_full',
  'dropped_log_full',
  'dropped_io_error',
  'quarantined',
  'accepted',
  'duplicate',
  'rejected',
  'unavailable',
  'recorded',
  'blocked',
  'no_destination',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Number of an outcome, as stored in a slot. */
export const OUTCOME = Object.fromEntries(OUTCOMES.map((name, index) => [name, index])) as Record<
  Outcome,
  number
>;

/** Bytes of one slot of a lane, a multiple of 64. */
export function slotBytes(lane: Lane): number {
  return SLOT_HEADER_BYTES + align64(LENGTH_TABLE_BYTES + lane.requestBytes + lane.replyBytes);
}

function align64(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}
