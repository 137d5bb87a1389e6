// HOT PATH: `covers` runs once per click of an organisation that blocks anybody. Guarded by
// bench/micro/fraud.
import { maskAddress, maskV4 } from '../../../../core/fraud/block.ts';
import { IpAddress } from '../../../../core/rules/address/ip-address.ts';

type Entry = {
  /** Of the configuration; null: decided on this thread. */
  blockId: string | null;
  /** Ms since epoch; infinite: until it is removed. */
  untilMs: number;
};

/** All networks of one prefix length. */
type Tier<Key> = { bits: number; entries: Map<Key, Entry> };

/**
 * Networks with a time until which they count. A lookup takes one step for each prefix length that is
 * in use, however many networks there are.
 */
export class NetworkSet {
  size = 0;
  /** Without empty ones. */
  #v4: Tier<number>[] = [];
  /** Keys are the first `bits` bits as text of eight UTF-16 units. */
  #v6: Tier<string>[] = [];
  readonly #address = new IpAddress();
  readonly #masked = new IpAddress();
  #bits = 0;
  #sweeping: Generator<PlacedEntry> | undefined;

  /**
   * Adds a network, or changes the one that is there: to exactly this time when the id is the same,
   * else to the later one of both.
   *
   * @returns false when the text is no network
   */
  set(network: string, blockId: string | null, untilMs: number): boolean {
    if (!this.#parse(network)) {
      return false;
    }
    const entry = this.#find();
    if (entry === undefined) {
      this.#add({ blockId, untilMs });
      return true;
    }
    const isSame = blockId !== null && entry.blockId === blockId;
    entry.untilMs = isSame ? untilMs : Math.max(entry.untilMs, untilMs);
    entry.blockId = blockId ?? entry.blockId;
    return true;
  }

  /** Forgets the network if its entry has this id, or does not hold for longer than the removed one. */
  remove(network: string, blockId: string, untilMs: number): void {
    if (!this.#parse(network)) {
      return;
    }
    const entry = this.#find();
    if (entry !== undefined && (entry.blockId === blockId || entry.untilMs <= untilMs)) {
      this.#delete();
    }
  }

  /** Whether one of the networks that hold now has this address. */
  covers(address: IpAddress, nowMs: number): boolean {
    if (this.size === 0 || address.family === 0) {
      return false;
    }
    if (address.family === 4) {
      for (let i = 0; i < this.#v4.length; i++) {
        const tier = this.#v4[i] as Tier<number>;
        const entry = tier.entries.get(keyV4(address.v4, tier.bits));
        if (entry !== undefined && entry.untilMs > nowMs) {
          return true;
        }
      }
      return false;
    }
    for (let i = 0; i < this.#v6.length; i++) {
      const tier = this.#v6[i] as Tier<string>;
      const entry = tier.entries.get(this.#keyV6(address, tier.bits));
      if (entry !== undefined && entry.untilMs > nowMs) {
        return true;
      }
    }
    return false;
  }

  /**
   * Looks at some entries, beginning behind those of the last time, and forgets the expired ones.
   *
   * @returns how many it looked at: fewer than `count` when it came to the end
   */
  sweepSome(nowMs: number, count: number): number {
    this.#sweeping ??= this.#all();
    for (let looked = 0; looked < count; looked++) {
      const next = this.#sweeping.next();
      if (next.done === true) {
        this.#sweeping = undefined;
        this.#dropEmptyTiers();
        return looked;
      }
      const [entries, key, entry] = next.value;
      if (entry.untilMs <= nowMs) {
        entries.delete(key);
        this.size--;
      }
    }
    return count;
  }

  *#all(): Generator<PlacedEntry> {
    for (const { entries } of [...this.#v4, ...this.#v6] as Tier<unknown>[]) {
      for (const [key, entry] of entries) {
        yield [entries, key, entry];
      }
    }
  }

  /** Reads a network into `#address` and `#bits`. */
  #parse(network: string): boolean {
    const slash = network.indexOf('/');
    if (!this.#address.parse(network, 0, slash < 0 ? network.length : slash)) {
      return false;
    }
    const bitsMax = this.#address.family === 4 ? 32 : 128;
    this.#bits = slash < 0 ? bitsMax : Number(network.slice(slash + 1));
    if (!(this.#bits >= 0 && this.#bits <= bitsMax)) {
      return false;
    }
    return true;
  }

  #find(): Entry | undefined {
    return this.#address.family === 4
      ? tierOf(this.#v4, this.#bits)?.entries.get(keyV4(this.#address.v4, this.#bits))
      : tierOf(this.#v6, this.#bits)?.entries.get(this.#keyV6(this.#address, this.#bits));
  }

  #add(entry: Entry): void {
    this.size++;
    if (this.#address.family === 4) {
      const key = keyV4(this.#address.v4, this.#bits);
      newTierOf(this.#v4, this.#bits).entries.set(key, entry);
    } else {
      newTierOf(this.#v6, this.#bits).entries.set(this.#keyV6(this.#address, this.#bits), entry);
    }
  }

  #delete(): void {
    this.size--;
    if (this.#address.family === 4) {
      tierOf(this.#v4, this.#bits)?.entries.delete(keyV4(this.#address.v4, this.#bits));
    } else {
      tierOf(this.#v6, this.#bits)?.entries.delete(this.#keyV6(this.#address, this.#bits));
    }
    this.#dropEmptyTiers();
  }

  #dropEmptyTiers(): void {
    this.#v4 = this.#v4.filter(({ entries }) => entries.size > 0);
    this.#v6 = this.#v6.filter(({ entries }) => entries.size > 0);
  }

  #keyV6(address: IpAddress, bits: number): string {
    const masked = this.#masked;
    masked.family = 6;
    masked.words.set(address.words);
    maskAddress(masked, bits);
    const [a, b, c, d, e, f, g, h] = masked.words as unknown as V6Words;
    return String.fromCharCode(a, b, c, d, e, f, g, h);
  }
}

type PlacedEntry = [entries: Map<unknown, Entry>, key: unknown, entry: Entry];

type V6Words = [number, number, number, number, number, number, number, number];

/** Signed, because the engine keeps numbers of 31 bits and a sign without allocating. */
function keyV4(v4: number, bits: number): number {
  return maskV4(v4, bits) | 0;
}

function tierOf<Key>(tiers: readonly Tier<Key>[], bits: number): Tier<Key> | undefined {
  return tiers.find((tier) => tier.bits === bits);
}

function newTierOf<Key>(tiers: Tier<Key>[], bits: number): Tier<Key> {
  const known = tierOf(tiers, bits);
  if (known !== undefined) {
    return known;
  }
  const tier = { bits, entries: new Map<Key, Entry>() };
  tiers.push(tier);
  return tier;
}
