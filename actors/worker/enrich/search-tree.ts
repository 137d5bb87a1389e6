// HOT PATH: once per click; ≤ 100 ns, no allocation. Guarded by bench/micro/enrich.
import type { IpAddress } from '../../../core/rules/address/ip-address.ts';

/** What the search needs to know of a MaxMind DB file. */
export type SearchTreeShape = {
  /** 4: the tree is 32 levels deep; 6: 128, with IPv4 below 96 zero bits. */
  ipVersion: number;
  nodeCount: number;
  /** Bits per record: 24, 28 or 32; a node is two records. */
  recordSize: number;
};

/** Levels that are looked up at once. */
const HEAD_BITS = 16;

/**
 * Finds the data record of an address in the search tree of a MaxMind DB file.
 * Format: https://maxmind.github.io/MaxMind-DB/
 *
 * The first 16 levels are walked once, at construction, for every prefix: a lookup then touches
 * a table and the few nodes below instead of 24 nodes spread over the whole file.
 */
export class SearchTree {
  readonly #bytes: Uint8Array;
  readonly #nodeCount: number;
  readonly #nodeBytes: number;
  readonly #recordSize: number;
  readonly #v4Heads: Uint32Array;
  readonly #v6Heads: Uint32Array | null;

  /** @param bytes the whole file; the tree stands at its beginning */
  constructor(bytes: Uint8Array, shape: SearchTreeShape) {
    this.#bytes = bytes;
    this.#nodeCount = shape.nodeCount;
    this.#recordSize = shape.recordSize;
    this.#nodeBytes = shape.recordSize / 4;
    let v4Root = 0;
    for (let i = 0; shape.ipVersion === 6 && i < 96 && v4Root < this.#nodeCount; i++) {
      v4Root = this.#child(v4Root, 0);
    }
    this.#v4Heads = this.#walkHeads(v4Root);
    this.#v6Heads = shape.ipVersion === 6 ? this.#walkHeads(0) : null;
  }

  /**
   * @returns the record's number, the same for all addresses that share a data record; 0 when the
   *   file knows nothing of the address. Numbers are greater than the node count.
   */
  find(address: IpAddress): number {
    if (address.family === 4) {
      return this.#findV4(address.v4);
    }
    return address.family === 6 && this.#v6Heads !== null
      ? this.#findV6(address.words, this.#v6Heads)
      : 0;
  }

  #findV4(v4: number): number {
    let node = this.#v4Heads[v4 >>> 16] ?? 0;
    for (let bit = 15; bit >= 0 && node < this.#nodeCount; bit--) {
      node = this.#child(node, (v4 >>> bit) & 1);
    }
    return node > this.#nodeCount ? node : 0;
  }

  #findV6(words: Uint16Array, heads: Uint32Array): number {
    let node = heads[words[0] ?? 0] ?? 0;
    for (let depth = HEAD_BITS; depth < 128 && node < this.#nodeCount; depth++) {
      node = this.#child(node, ((words[depth >>> 4] ?? 0) >>> (15 - (depth & 15))) & 1);
    }
    return node > this.#nodeCount ? node : 0;
  }

  #walkHeads(root: number): Uint32Array {
    const heads = new Uint32Array(1 << HEAD_BITS);
    for (let prefix = 0; prefix < heads.length; prefix++) {
      let node = root;
      for (let bit = HEAD_BITS - 1; bit >= 0 && node < this.#nodeCount; bit--) {
        node = this.#child(node, (prefix >>> bit) & 1);
      }
      heads[prefix] = node;
    }
    return heads;
  }

  #child(node: number, right: number): number {
    const bytes = this.#bytes;
    const at = node * this.#nodeBytes;
    if (this.#recordSize === 28) {
      // Seven bytes: the left record's low 24 bits, both records' high 4 bits, the right's low 24.
      const high = bytes[at + 3] ?? 0;
      const low = at + right * 4;
      return (
        ((right === 0 ? high >>> 4 : high & 15) << 24) |
        ((bytes[low] ?? 0) << 16) |
        ((bytes[low + 1] ?? 0) << 8) |
        (bytes[low + 2] ?? 0)
      );
    }
    const record = at + (right * this.#nodeBytes) / 2;
    const first24 =
      ((bytes[record] ?? 0) << 16) | ((bytes[record + 1] ?? 0) << 8) | (bytes[record + 2] ?? 0);
    return this.#recordSize === 24 ? first24 : first24 * 256 + (bytes[record + 3] ?? 0);
  }
}
