// HOT PATH: one request per click on the acceptor thread. Budget: 1 µs without the HTTP parser.
// Guarded by bench/load and bench/micro/mailbox.ts.
import type { AcceptorMailbox } from './acceptor-mailbox.ts';
import { FIELDS_MAX, SLOT } from './layout.ts';

/**
 * Collects the text of one request and writes it into a slot. The fields are joined without
 * separators, because any character may occur in them, and written as UTF-8 in one call; the reader
 * cuts the decoded text by the lengths. Order: path, query, peer address, then header names and
 * values in turn, names in lower case.
 *
 * One writer serves a whole acceptor thread: `begin`, `add` …, `writeTo`.
 */
export class RequestWriter {
  readonly #lengths = new Uint16Array(FIELDS_MAX);
  #text = '';
  #fields = 0;

  begin(path: string, query: string, peer: string): void {
    this.#text = path + query + peer;
    this.#lengths[0] = path.length;
    this.#lengths[1] = query.length;
    this.#lengths[2] = peer.length;
    this.#fields = 3;
  }

  /** Adds a header. More of them than the HTTP parser takes are left out. */
  add(name: string, value: string): void {
    if (this.#fields < FIELDS_MAX - 1) {
      this.#text += name + value;
      this.#lengths[this.#fields] = name.length;
      this.#lengths[this.#fields + 1] = value.length;
      this.#fields += 2;
    }
  }

  /**
   * Reserves a slot that is large enough and writes text and body into it.
   *
   * @returns the slot, ready for `submit`; -1 when the mailbox is full; -2 when nothing fits
   */
  writeTo(mailbox: AcceptorMailbox, body: Uint8Array | null): number {
    const bodyBytes = body === null ? 0 : body.byteLength;
    // UTF-8 takes three bytes for a UTF-16 unit at most.
    let textBytesMax = this.#text.length * 3;
    if (textBytesMax + bodyBytes > 4096) {
      textBytesMax = Buffer.byteLength(this.#text, 'utf8');
    }
    const slot = mailbox.allocate(textBytesMax + bodyBytes);
    if (slot < 0) {
      return slot;
    }
    const memory = mailbox.memory;
    const at = memory.requestAt(slot);
    const textBytes = memory.bytes.write(this.#text, at, textBytesMax, 'utf8');
    for (let field = 0; field < this.#fields; field++) {
      memory.setFieldLength(slot, field, this.#lengths[field] as number);
    }
    memory.setWord(slot, SLOT.textBytes, textBytes);
    memory.setWord(slot, SLOT.fields, this.#fields);
    memory.setWord(slot, SLOT.bodyBytes, bodyBytes);
    if (body !== null) {
      memory.bytes.set(body, at + textBytes);
    }
    return slot;
  }
}
