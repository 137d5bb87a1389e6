import { IpAddress } from '../rules/address/ip-address.ts';

/** An entry of an organisation's lists: what is blocked, and what is never blocked or scored. */
export type BlockConfig = {
  block_id: string;
  organization_id: string;
  kind: 'block' | 'never_block';
  /** An address or network in CIDR form, lower case: `198.51.100.42/32`, `2001:db8:1:2::/64`. */
  network: string;
  /** Ms since epoch; null: until it is removed. */
  until_ms: number | null;
  removed: boolean;
};

/** Entries of both lists together that one organisation can have at a time. */
export const BLOCKS_PER_ORGANIZATION_MAX = 100_000;

/** One visitor has a /64 of IPv6 addresses to choose from, so that is what counts as an address. */
const V6_ADDRESS_BITS = 64;

/**
 * The one way to write what an entry covers.
 *
 * @param text an IPv4 or IPv6 address or network; bits behind the prefix are dropped. An IPv6 address
 *   without a prefix stands for its /64, IPv4-mapped IPv6 for the IPv4 address or network
 * @returns CIDR form in lower case, as `BlockConfig.network`; null when the text is neither
 */
export function blockNetwork(text: string): string | null {
  const slash = text.indexOf('/');
  const end = slash < 0 ? text.length : slash;
  const address = new IpAddress();
  if (!address.parse(text, 0, end)) {
    return null;
  }
  const suffix = text.slice(end + 1);
  if (slash >= 0 && !/^(0|[1-9]\d{0,2})$/.test(suffix)) {
    return null;
  }
  const isV4 = address.family === 4;
  const isMapped = isV4 && text.includes(':');
  const bitsMax = isV4 ? 32 : 128;
  const unnamed = isV4 ? 32 : V6_ADDRESS_BITS;
  const bits = slash < 0 ? unnamed : Number(suffix) - (isMapped ? 96 : 0);
  if (bits < 0 || bits > bitsMax) {
    return null;
  }
  maskAddress(address, bits);
  return `${address.toString()}/${bits}`;
}

/** Clears what stands behind the first `bits` bits. */
export function maskAddress(address: IpAddress, bits: number): void {
  if (address.family === 4) {
    address.v4 = maskV4(address.v4, bits);
    return;
  }
  for (let word = 0; word < 8; word++) {
    const kept = Math.max(0, Math.min(16, bits - 16 * word));
    address.words[word] = (address.words[word] ?? 0) & (0xffff << (16 - kept));
  }
}

/** @returns unsigned */
export function maskV4(v4: number, bits: number): number {
  return bits === 0 ? 0 : (v4 & (-1 << (32 - bits))) >>> 0;
}
