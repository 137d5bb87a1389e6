import { LRUCache } from 'lru-cache';
import type { Clock } from '../../../core/clock.ts';

const ANSWER_AGE_MS_MAX = 60_000;
/** Answers that are kept; beyond, the one asked for longest ago goes. */
const ANSWERS_MAX = 5_000;

type Kept<T> = { answer: T; askedAtMs: number };

/**
 * Answers that may be a minute old. Of each owner one question is under way at a time: whoever asks
 * the same meanwhile gets that answer too, whoever asks something else waits for his turn.
 */
export class RealtimeCache<T extends object> {
  readonly #clock: Clock;
  readonly #answers = new LRUCache<string, Kept<T>>({ max: ANSWERS_MAX });
  /** Settles when the owner's last question has been answered; has an entry only while one waits. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * @param owner the organisation
   * @param question what else the answer depends on
   * @param ask finds the answer; what it throws is thrown here and not kept
   */
  async get(owner: string, question: string, ask: () => Promise<T>): Promise<T> {
    const key = `${owner}\n${question}`;
    const kept = this.#fresh(key);
    if (kept !== undefined) {
      return kept;
    }
    const before = this.#turns.get(owner) ?? Promise.resolve();
    const turn = before.then(
      () => this.#ask(key, ask),
      () => this.#ask(key, ask),
    );
    this.#turns.set(owner, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(owner) === turn) {
        this.#turns.delete(owner);
      }
    }
  }

  async #ask(key: string, ask: () => Promise<T>): Promise<T> {
    const kept = this.#fresh(key);
    if (kept !== undefined) {
      return kept;
    }
    const askedAtMs = this.#clock.nowMs();
    const answer = await ask();
    this.#answers.set(key, { answer, askedAtMs });
    return answer;
  }

  #fresh(key: string): T | undefined {
    const kept = this.#answers.get(key);
    // An age below zero: the clock was set back.
    const ageMs = kept === undefined ? -1 : this.#clock.nowMs() - kept.askedAtMs;
    return ageMs >= 0 && ageMs < ANSWER_AGE_MS_MAX ? kept?.answer : undefined;
  }
}
