import { blockNetwork } from '../../../core/fraud/block.ts';
import { IpAddress } from '../../../core/rules/address/ip-address.ts';
import { type Network, parseNetwork } from '../../../core/rules/address/network.ts';
import type { ProblemField } from '../problems.ts';
import { invalidRequest } from '../validation.ts';

/** Whoever lists more at once has mistyped, or wants the switch `enabled`. */
const V4_PREFIX_MIN = 8;
const V6_PREFIX_MIN = 32;

/**
 * What an entry for a list covers.
 *
 * @param text an address or a network
 * @param refused networks that must not be touched, such as the installation's own proxies
 * @returns CIDR form
 * @throws ProblemError 400 naming `/body/network`
 */
export function checkNetwork(text: string, refused: readonly Network[]): string {
  const cidr = blockNetwork(text);
  const network = cidr === null ? null : parseNetwork(cidr);
  if (cidr === null || network === null) {
    throw invalidRequest([
      fault('must be an address or a network, such as 198.51.100.7 or 2001:db8::/48'),
    ]);
  }
  const prefixMin = network.family === 4 ? V4_PREFIX_MIN : V6_PREFIX_MIN;
  if (network.prefixLength < prefixMin) {
    throw invalidRequest([
      fault(
        `is too wide: IPv4 networks are /${V4_PREFIX_MIN} at most, those of IPv6 /${V6_PREFIX_MIN}`,
      ),
    ]);
  }
  const touched = refused.find((other) => overlap(network, other));
  if (touched !== undefined) {
    throw invalidRequest([
      fault(
        'holds a trusted proxy of this installation (TRELLIS_TRUSTED_PROXIES); visitors behind it would be blocked with it',
      ),
    ]);
  }
  return cidr;
}

function overlap(one: Network, other: Network): boolean {
  return one.contains(firstOf(other)) || other.contains(firstOf(one));
}

function firstOf(network: Network): IpAddress {
  const address = new IpAddress();
  address.parse(network.bounds().first);
  return address;
}

function fault(message: string): ProblemField {
  return { path: '/body/network', message };
}
