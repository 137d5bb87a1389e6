import type { FromBackground } from '../../actors/background/messages.ts';

/**
 * The ledger answers within 300 ms or says that it cannot; this is for the case that nothing at all
 * answers, for example because the background thread is being replaced.
 */
const CLAIM_TIMEOUT_MS = 600;

/**
 * Asks the ledger, in the background thread, whether a conversion is the first of its key. When it
 * cannot tell, the conversion counts as accepted: it is in the conversion log, and the ledger's unique
 * key sees to it that it counts once.
 *
 * Bounded by the mailboxes: each claim holds a slot.
 */
export class ConversionClaimer {
  readonly #waiting = new Map<number, (status: 'accepted' | 'duplicate') => void>();
  readonly #ask: (id: number, conversion: Uint8Array) => void;
  #next = 0;

  /** @param ask sends the question; the answer comes to `receive` */
  constructor(ask: (id: number, conversion: Uint8Array) => void) {
    this.#ask = ask;
  }

  /** @param conversion an encoded ConversionRecord */
  claim(conversion: Uint8Array, answer: (status: 'accepted' | 'duplicate') => void): void {
    const id = this.#next++;
    this.#waiting.set(id, answer);
    this.#ask(id, conversion);
    setTimeout(() => {
      this.#finish(id, 'accepted');
    }, CLAIM_TIMEOUT_MS).unref();
  }

  receive(message: Extract<FromBackground, { kind: 'claimed' }>): void {
    this.#finish(message.id, message.outcome === 'duplicate' ? 'duplicate' : 'accepted');
  }

  #finish(id: number, status: 'accepted' | 'duplicate'): void {
    const answer = this.#waiting.get(id);
    this.#waiting.delete(id);
    answer?.(status);
  }
}
