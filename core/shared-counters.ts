/**
 * Counters that one thread writes and others read, in shared memory. Each is a Float64, which is
 * exact up to 2^53 and stored in one piece, so a reader never sees half a value; the writer does not
 * need atomic operations because nobody else writes.
 */
export class SharedCounters<Name extends string> {
  readonly #values: Float64Array;
  readonly #indexes: Readonly<Record<Name, number>>;
  readonly names: readonly Name[];

  /** @param buffer of `SharedCounters.bytes(names)` bytes; the names in the same order on both sides */
  constructor(names: readonly Name[], buffer: SharedArrayBuffer) {
    this.names = names;
    this.#values = new Float64Array(buffer);
    this.#indexes = Object.fromEntries(names.map((name, index) => [name, index])) as Record<
      Name,
      number
    >;
  }

  static bytes(names: readonly string[]): number {
    return names.length * Float64Array.BYTES_PER_ELEMENT;
  }

  add(name: Name, amount: number): void {
    const index = this.#indexes[name];
    this.#values[index] = (this.#values[index] as number) + amount;
  }

  set(name: Name, value: number): void {
    this.#values[this.#indexes[name]] = value;
  }

  get(name: Name): number {
    return this.#values[this.#indexes[name]] as number;
  }
}
