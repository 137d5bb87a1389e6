// HOT PATH: once per click. Budget: 10 ns, no allocation. Guarded by
// bench/micro/fraud.ts.
import { IpAddress } from '../../../core/rules/address/ip-address.ts';

/**
 * An address as fraud counts it, in 64 bits: the network /64 of an IPv6 address, because that is what
 * one subscriber has, and of an IPv4 address itself. Made to be reused: `take` overwrites it.
 *
 * IPv4 has 0 in `high`, as has `::/32`, from which nobody can come.
 */
export class AddressKey {
  high = 0;
  low = 0;
  /** What the key was made of, less what does not count. */
  readonly #address = new IpAddress();

  /** @returns false for what is no address */
  take(address: IpAddress): boolean {
    this.#address.family = address.family;
    if (address.family === 0) {
      return false;
    }
    if (address.family === 4) {
      this.high = 0;
      this.low = address.v4;
    } else {
      const words = address.words;
      this.high = (((words[0] as number) << 16) | (words[1] as number)) >>> 0;
      this.low = (((words[2] as number) << 16) | (words[3] as number)) >>> 0;
    }
    return true;
  }

  /** The address that was taken: IPv4 dotted, or `2001:db8:1:2::/64`. */
  text(): string {
    const address = this.#address;
    if (address.family === 6) {
      address.words.set([this.high >>> 16, this.high, this.low >>> 16, this.low]);
      return `${address.toString()}/64`;
    }
    address.v4 = this.low;
    return address.toString();
  }
}
