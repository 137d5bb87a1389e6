// HOT PATH: every request crosses a mailbox twice. Budget: 300 ns a crossing, no allocation.
// Guarded by bench/micro/mailbox.ts.
import {
  CONTROL,
  CONTROL_WORDS,
  LARGE_LANE,
  LAYOUT_VERSION,
  LENGTH_TABLE_BYTES,
  RING_SLOTS,
  SLOT,
  SLOT_HEADER_BYTES,
  SMALL_LANE,
  slotBytes,
} from './layout.ts';

const SUBMISSION_RING_BYTES_AT = CONTROL_WORDS * 4;
const COMPLETION_RING_BYTES_AT = SUBMISSION_RING_BYTES_AT + RING_SLOTS * 4;
const SLOTS_BYTES_AT = COMPLETION_RING_BYTES_AT + RING_SLOTS * 4;
const SMALL_SLOT_BYTES = slotBytes(SMALL_LANE);
const LARGE_SLOTS_BYTES_AT = SLOTS_BYTES_AT + SMALL_LANE.slots * SMALL_SLOT_BYTES;
const LARGE_SLOT_BYTES = slotBytes(LARGE_LANE);
const MAILBOX_BYTES = LARGE_SLOTS_BYTES_AT + LARGE_LANE.slots * LARGE_SLOT_BYTES;
const RING_MASK = RING_SLOTS - 1;

/** Creates the memory of one mailbox; hand it to both threads. */
export function createMailboxBuffer(): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(MAILBOX_BYTES);
  const words = new Int32Array(buffer);
  words[CONTROL.version] = LAYOUT_VERSION;
  words[CONTROL.currentSlot] = -1;
  return buffer;
}

/**
 * Where everything in a mailbox lies: the views and offsets that both sides share.
 * It moves nothing by itself; see `AcceptorMailbox` and `ActorMailbox`.
 */
export class MailboxMemory {
  readonly words: Int32Array;
  readonly bytes: Buffer;
  readonly #halfWords: Uint16Array;
  readonly #doubles: Float64Array;
  readonly #submissions: Int32Array;
  readonly #completions: Int32Array;

  constructor(buffer: SharedArrayBuffer) {
    if (buffer.byteLength !== MAILBOX_BYTES) {
      throw new Error(`a mailbox has ${MAILBOX_BYTES} bytes, this one ${buffer.byteLength}`);
    }
    this.words = new Int32Array(buffer);
    if (this.words[CONTROL.version] !== LAYOUT_VERSION) {
      throw new Error(`mailbox layout ${this.words[CONTROL.version]}, expected ${LAYOUT_VERSION}`);
    }
    this.bytes = Buffer.from(buffer);
    this.#halfWords = new Uint16Array(buffer);
    this.#doubles = new Float64Array(buffer);
    this.#submissions = new Int32Array(buffer, SUBMISSION_RING_BYTES_AT, RING_SLOTS);
    this.#completions = new Int32Array(buffer, COMPLETION_RING_BYTES_AT, RING_SLOTS);
  }

  /** Byte offset of a slot's header. */
  slotAt(slot: number): number {
    return slot < SMALL_LANE.slots
      ? SLOTS_BYTES_AT + slot * SMALL_SLOT_BYTES
      : LARGE_SLOTS_BYTES_AT + (slot - SMALL_LANE.slots) * LARGE_SLOT_BYTES;
  }

  /** Byte offset of a slot's request region. */
  requestAt(slot: number): number {
    return this.slotAt(slot) + SLOT_HEADER_BYTES + LENGTH_TABLE_BYTES;
  }

  requestBytesMax(slot: number): number {
    return slot < SMALL_LANE.slots ? SMALL_LANE.requestBytes : LARGE_LANE.requestBytes;
  }

  replyBytesMax(slot: number): number {
    return slot < SMALL_LANE.slots ? SMALL_LANE.replyBytes : LARGE_LANE.replyBytes;
  }

  /** Byte offset of a slot's reply region. */
  replyAt(slot: number): number {
    return this.requestAt(slot) + this.requestBytesMax(slot);
  }

  word(slot: number, field: number): number {
    return this.words[(this.slotAt(slot) >>> 2) + field] as number;
  }

  setWord(slot: number, field: number, value: number): void {
    this.words[(this.slotAt(slot) >>> 2) + field] = value;
  }

  state(slot: number): number {
    return Atomics.load(this.words, this.slotAt(slot) >>> 2);
  }

  setState(slot: number, state: number): void {
    Atomics.store(this.words, this.slotAt(slot) >>> 2, state);
  }

  /** Changes the state only if it is `from`; tells whether it did. */
  moveState(slot: number, from: number, to: number): boolean {
    return Atomics.compareExchange(this.words, this.slotAt(slot) >>> 2, from, to) === from;
  }

  receivedAtMs(slot: number): number {
    return this.#doubles[(this.slotAt(slot) + SLOT.receivedAtMs * 4) >>> 3] as number;
  }

  setReceivedAtMs(slot: number, unixMs: number): void {
    this.#doubles[(this.slotAt(slot) + SLOT.receivedAtMs * 4) >>> 3] = unixMs;
  }

  /** Length, in UTF-16 units, of the n-th field of a request's text. */
  fieldLength(slot: number, field: number): number {
    return this.#halfWords[((this.slotAt(slot) + SLOT_HEADER_BYTES) >>> 1) + field] as number;
  }

  setFieldLength(slot: number, field: number, length: number): void {
    this.#halfWords[((this.slotAt(slot) + SLOT_HEADER_BYTES) >>> 1) + field] = length;
  }

  submission(index: number): number {
    return this.#submissions[index & RING_MASK] as number;
  }

  setSubmission(index: number, slot: number): void {
    this.#submissions[index & RING_MASK] = slot;
  }

  completion(index: number): number {
    return this.#completions[index & RING_MASK] as number;
  }

  setCompletion(index: number, slot: number): void {
    this.#completions[index & RING_MASK] = slot;
  }
}
