import { REDIS_ERROR_KINDS, type RedisErrorKind } from './error-kind.ts';

/** Failures by kind, of all connections of a process together. */
export class RedisErrors {
  readonly #counts = new Map<RedisErrorKind, number>(REDIS_ERROR_KINDS.map((kind) => [kind, 0]));

  add(kind: RedisErrorKind): void {
    this.#counts.set(kind, this.count(kind) + 1);
  }

  /** Since the start. */
  count(kind: RedisErrorKind): number {
    return this.#counts.get(kind) ?? 0;
  }
}
