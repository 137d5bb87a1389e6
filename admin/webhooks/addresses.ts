import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';

/** Whether a webhook may be sent to this address. Text that is no address in its usual form: no. */
export type AddressCheck = (address: string) => boolean;

type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Everything that is assigned to the public internet (RFC 4291, section 2.4; IANA's registry). */
const IPV6_PUBLIC: Network = [ipaddr.parse('2000::'), 3];

/** Azure answers machines with their own secrets here, at an address that looks public. */
const REFUSED = new Set(['168.63.129.16']);

/**
 * What may be reached: public unicast addresses that are not this machine's own, and the networks of
 * the operator's choice. Refused are loopback, private, link-local (and with it the clouds' metadata
 * services), carrier-grade NAT, multicast, documentation and reserved addresses, and all IPv6
 * addresses that stand for an IPv4 address or may lead to one: mapped, compatible, NAT64, 6to4,
 * Teredo.
 *
 * @param networks addresses and networks, as in `10.0.0.0/8` or `::1`, that may be reached as well
 * @param ownAddresses asked at each check, because they change while a process runs
 */
export function createAddressCheck(
  networks: readonly string[],
  ownAddresses: () => ReadonlySet<string> = addressesOfThisMachine,
): AddressCheck {
  const allowed = networks.map(parseNetwork);
  return (address) => {
    // The parser would also take 0x7f.1 and 2130706433. Nobody who asks here has such a thing.
    if (isIP(address) === 0 || address.includes('%')) {
      return false;
    }
    const parsed = ipaddr.parse(address);
    if (allowed.some((network) => isWithin(parsed, network))) {
      return true;
    }
    const text = parsed.toString();
    return isPublic(parsed) && !REFUSED.has(text) && !ownAddresses().has(text);
  };
}

function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  const isAssigned = address.kind() === 'ipv4' || isWithin(address, IPV6_PUBLIC);
  return isAssigned && address.range() === 'unicast';
}

/** An IPv4-mapped address is in no IPv4 network: it is refused rather than understood. */
function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, network: Network): boolean {
  return address.kind() === network[0].kind() && address.match(network);
}

function parseNetwork(text: string): Network {
  if (text.includes('/')) {
    return ipaddr.parseCIDR(text);
  }
  const address = ipaddr.parse(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

function addressesOfThisMachine(): ReadonlySet<string> {
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  return new Set(addresses.map(({ address }) => ipaddr.parse(address).toString()));
}
