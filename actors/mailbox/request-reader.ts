// HOT PATH: one request per click on the actor thread. Budget: 500 ns.
// Guarded by bench/micro/mailbox.ts.
import { SLOT } from './layout.ts';
import type { MailboxMemory } from './mailbox.ts';

/**
 * A request as the actor sees it. One reader serves a whole thread: `read` a slot, then use the
 * fields until the next `read`.
 */
export class RequestReader {
  kind = 0;
  organization = 0;
  receivedAtMs = 0;
  /** As it came, still percent-encoded: `/in/summer_sale`. */
  path = '';
  /** As it came, without the question mark. */
  query = '';
  /** The address of the other end of the connection, as text. */
  peer = '';
  headerCount = 0;
  readonly #names: string[] = [];
  readonly #values: string[] = [];
  readonly #memory: MailboxMemory;
  #bodyAt = 0;
  #bodyBytes = 0;

  constructor(memory: MailboxMemory) {
    this.#memory = memory;
  }

  read(slot: number): void {
    const memory = this.#memory;
    this.kind = memory.word(slot, SLOT.kind);
    this.organization = memory.word(slot, SLOT.organization);
    this.receivedAtMs = memory.receivedAtMs(slot);
    const at = memory.requestAt(slot);
    const textBytes = memory.word(slot, SLOT.textBytes);
    this.#bodyAt = at + textBytes;
    this.#bodyBytes = memory.word(slot, SLOT.bodyBytes);
    const text = memory.bytes.toString('utf8', at, at + textBytes);
    const queryAt = memory.fieldLength(slot, 0);
    const peerAt = queryAt + memory.fieldLength(slot, 1);
    let next = peerAt + memory.fieldLength(slot, 2);
    this.path = text.substring(0, queryAt);
    this.query = text.substring(queryAt, peerAt);
    this.peer = text.substring(peerAt, next);
    const fields = memory.word(slot, SLOT.fields);
    let count = 0;
    for (let field = 3; field < fields; field += 2) {
      const nameLength = memory.fieldLength(slot, field);
      const valueAt = next + nameLength;
      const end = valueAt + memory.fieldLength(slot, field + 1);
      this.#names[count] = text.substring(next, valueAt);
      this.#values[count] = text.substring(valueAt, end);
      count++;
      next = end;
    }
    this.headerCount = count;
  }

  headerName(index: number): string {
    return this.#names[index] as string;
  }

  headerValue(index: number): string {
    return this.#values[index] as string;
  }

  /** The value of a header, '' when it is missing. Names are lower case. */
  header(name: string): string {
    for (let index = 0; index < this.headerCount; index++) {
      if (this.#names[index] === name) {
        return this.#values[index] as string;
      }
    }
    return '';
  }

  /** The body; a view of the slot, valid until the slot is freed. */
  body(): Buffer {
    return this.#memory.bytes.subarray(this.#bodyAt, this.#bodyAt + this.#bodyBytes);
  }
}
