import { IpAddress } from './ip-address.ts';

/** One network, as in `10.0.0.0/8`, `2001:db8::/32`, or a single address. */
export class Network {
  readonly family: 4 | 6;
  readonly prefixLength: number;
  readonly #v4: number;
  readonly #v4Mask: number;
  readonly #words: Uint16Array;
  readonly #masks: Uint16Array;

  /** @param address the network's address; bits behind the prefix are ignored */
  constructor(address: IpAddress, prefixLength: number) {
    this.family = address.family === 4 ? 4 : 6;
    this.prefixLength = prefixLength;
    this.#v4Mask = prefixLength === 0 ? 0 : (-1 << (32 - Math.min(32, prefixLength))) >>> 0;
    this.#v4 = (address.v4 & this.#v4Mask) >>> 0;
    this.#masks = new Uint16Array(8);
    this.#words = new Uint16Array(8);
    for (let i = 0; i < 8; i++) {
      const bits = Math.max(0, Math.min(16, prefixLength - 16 * i));
      const mask = (0xffff << (16 - bits)) & 0xffff;
      this.#masks[i] = mask;
      this.#words[i] = (address.words[i] ?? 0) & mask;
    }
  }

  /** Whether a parsed address lies in this network; never across families. */
  contains(address: IpAddress): boolean {
    if (address.family !== this.family) {
      return false;
    }
    if (this.family === 4) {
      return (address.v4 & this.#v4Mask) >>> 0 === this.#v4;
    }
    for (let i = 0; i < 8; i++) {
      if (((address.words[i] ?? 0) & (this.#masks[i] ?? 0)) !== this.#words[i]) {
        return false;
      }
    }
    return true;
  }

  /** The first and the last address as eight words in hex; IPv4 as IPv4-mapped IPv6. */
  bounds(): { first: string; last: string } {
    const first = this.#edge(0);
    return { first, last: this.#edge(0xffff) };
  }

  /** @param behind the bits behind the prefix, 16 at a time */
  #edge(behind: number): string {
    if (this.family === 4) {
      const v4 = (this.#v4 | (~this.#v4Mask & (behind === 0 ? 0 : -1))) >>> 0;
      return `0:0:0:0:0:ffff:${(v4 >>> 16).toString(16)}:${(v4 & 0xffff).toString(16)}`;
    }
    const word = (at: number) => (this.#words[at] ?? 0) | (~(this.#masks[at] ?? 0) & behind);
    return Array.from({ length: 8 }, (_, at) => word(at).toString(16)).join(':');
  }
}

/**
 * Reads a network. A network of IPv4-mapped addresses (`::ffff:10.0.0.0/104`) becomes the IPv4 one.
 *
 * @returns null when the text is neither an address nor a network
 */
export function parseNetwork(text: string): Network | null {
  const slash = text.indexOf('/');
  const end = slash < 0 ? text.length : slash;
  const address = new IpAddress();
  if (!address.parse(text, 0, end)) {
    return null;
  }
  const mapped = address.family === 4 && text.includes(':');
  const bitsMax = address.family === 4 && !mapped ? 32 : 128;
  const suffix = text.slice(end + 1);
  if (slash >= 0 && !/^(0|[1-9]\d{0,2})$/.test(suffix)) {
    return null;
  }
  const bits = slash < 0 ? bitsMax : Number(suffix);
  const prefixLength = mapped ? bits - 96 : bits;
  return bits > bitsMax || prefixLength < 0 ? null : new Network(address, prefixLength);
}
