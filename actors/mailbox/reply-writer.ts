// HOT PATH: one reply per click on the actor thread. Budget: 300 ns.
// Guarded by bench/micro/mailbox.ts.
import { OUTCOME, type Outcome, REPLY_KIND, SLOT } from './layout.ts';
import type { MailboxMemory } from './mailbox.ts';

/** Writes replies into slots. They become visible when the mailbox completes the slot. */
export class ReplyWriter {
  readonly #memory: MailboxMemory;

  constructor(memory: MailboxMemory) {
    this.#memory = memory;
  }

  /**
   * A redirect.
   *
   * @param headerBlock the Location value, then any further header lines, each begun by CR LF: the
   *   acceptor writes it raw behind `Location: `. ASCII.
   */
  redirect(slot: number, headerBlock: string, outcome: Outcome): void {
    const memory = this.#memory;
    if (headerBlock.length > memory.replyBytesMax(slot)) {
      throw new Error(`a redirect of ${headerBlock.length} characters does not fit its slot`);
    }
    memory.setWord(slot, SLOT.replyKind, REPLY_KIND.answer);
    memory.setWord(slot, SLOT.replyStatus, 302);
    memory.setWord(
      slot,
      SLOT.replyHeadBytes,
      memory.bytes.write(headerBlock, memory.replyAt(slot), 'latin1'),
    );
    memory.setWord(slot, SLOT.replyBodyBytes, 0);
    memory.setWord(slot, SLOT.replyOutcome, OUTCOME[outcome]);
  }

  /** An answer with a JSON body, or without one. */
  json(slot: number, status: number, body: string, outcome: Outcome): void {
    const memory = this.#memory;
    memory.setWord(slot, SLOT.replyKind, REPLY_KIND.answer);
    memory.setWord(slot, SLOT.replyStatus, status);
    memory.setWord(slot, SLOT.replyHeadBytes, 0);
    if (Buffer.byteLength(body) > memory.replyBytesMax(slot)) {
      throw new Error(`an answer of ${body.length} characters does not fit its slot`);
    }
    memory.setWord(
      slot,
      SLOT.replyBodyBytes,
      memory.bytes.write(body, memory.replyAt(slot), 'utf8'),
    );
    memory.setWord(slot, SLOT.replyOutcome, OUTCOME[outcome]);
  }

  /**
   * A conversion that is durable and now has to be claimed at the ledger: the answer, should it be
   * accepted, stands where other replies have their header block, the record is the body.
   */
  claim(slot: number, acceptedAnswer: string, conversion: Uint8Array): void {
    const memory = this.#memory;
    const at = memory.replyAt(slot);
    const headBytes = memory.bytes.write(acceptedAnswer, at, 'utf8');
    if (headBytes + conversion.byteLength > memory.replyBytesMax(slot)) {
      throw new Error(`a conversion of ${conversion.byteLength} bytes does not fit its slot`);
    }
    memory.setWord(slot, SLOT.replyKind, REPLY_KIND.claim);
    memory.setWord(slot, SLOT.replyStatus, 200);
    memory.setWord(slot, SLOT.replyHeadBytes, headBytes);
    memory.setWord(slot, SLOT.replyBodyBytes, conversion.byteLength);
    memory.bytes.set(conversion, at + headBytes);
    memory.setWord(slot, SLOT.replyOutcome, OUTCOME.accepted);
  }
}
