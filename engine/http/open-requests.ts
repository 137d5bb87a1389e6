// HOT PATH: one entry per request. Budget: 50 ns, no allocation once warm.
import type { HttpResponse } from 'uWebSockets.js';
import { SLOT_COUNT } from '../../actors/mailbox/layout.ts';

/**
 * The responses that wait for a reply, by mailbox slot. A response is usable until its visitor hangs
 * up; then its place is emptied and the reply, when it comes, is thrown away. The request itself is
 * processed all the same: it was a click.
 */
export class OpenRequests {
  readonly #responses: Array<HttpResponse | null> = new Array(SLOT_COUNT).fill(null);
  readonly #startedAtMs = new Float64Array(SLOT_COUNT);
  readonly #abortHandlers: Array<() => void> = [];
  #open = 0;

  constructor() {
    for (let slot = 0; slot < SLOT_COUNT; slot++) {
      this.#abortHandlers.push(() => this.#forget(slot));
    }
  }

  /** Requests that wait for their reply and whose visitor is still there. */
  get size(): number {
    return this.#open;
  }

  /** @param startedAtMs monotonic, from `performance.now()` */
  add(slot: number, response: HttpResponse, startedAtMs: number): void {
    this.#responses[slot] = response;
    this.#startedAtMs[slot] = startedAtMs;
    this.#open++;
    response.onAborted(this.#abortHandlers[slot] as () => void);
  }

  /** Takes the response out; null when the visitor has hung up. */
  take(slot: number): HttpResponse | null {
    const response = this.#responses[slot] as HttpResponse | null;
    if (response !== null) {
      this.#forget(slot);
    }
    return response;
  }

  startedAtMs(slot: number): number {
    return this.#startedAtMs[slot] as number;
  }

  #forget(slot: number): void {
    if (this.#responses[slot] !== null) {
      this.#responses[slot] = null;
      this.#open--;
    }
  }
}
