import { IpAddress } from '../address/ip-address.ts';
import { type Network, parseNetwork } from '../address/network.ts';
import type { TextOperation, ValueFault } from '../operations.ts';
import type { Parameters } from '../parameters.ts';
import { checkList } from './texts.ts';

export const NETWORKS_MAX = 100;

/** Addresses with colons may end in a zone (`%eth0`), which ClickHouse does not read. */
const WITH_ZONE = '^[0-9A-Fa-f.:]*:[0-9A-Fa-f.:]*%';
const BEFORE_ZONE = '^[0-9A-Fa-f.:]*';
const MAPPED = "BETWEEN toIPv6('::ffff:0.0.0.0') AND toIPv6('::ffff:255.255.255.255')";

/**
 * What IpAddress reads, zones aside: RFC 3986, section 3.2.2. ClickHouse reads more than that: octets
 * with leading zeros, `::` beside eight groups.
 */
const ADDRESS = addressPattern();

function addressPattern(): string {
  const group = '[0-9A-Fa-f]{1,4}';
  const octet = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
  const v4 = `(${octet}[.]){3}${octet}`;
  const tail = `(${group}:${group}|${v4})`;
  const before = (groupsMax: number) => `((${group}:){0,${groupsMax - 1}}${group})?::`;
  const compressed = [5, 4, 3, 2, 1, 0].map(
    (after, at) => `${at === 0 ? '::' : before(at)}(${group}:){${after}}${tail}`,
  );
  const v6 = [`(${group}:){6}${tail}`, ...compressed, `${before(6)}${group}`, before(7)];
  return `^(${[v4, ...v6].join('|')})$`;
}

/** The last address that was read; all rules of a click ask about the same one. */
const scratch = new IpAddress();
let scratchText = '';
let scratchIsAddress = false;

/** `in_cidr`: one network or address, or a list. What is no address is in none of them. */
export function networkOperation(value: unknown): TextOperation | ValueFault {
  const list = typeof value === 'string' ? { values: [value] } : checkList(value);
  if ('fault' in list) return list;
  if (list.values.length > NETWORKS_MAX) return { fault: `has more than ${NETWORKS_MAX} networks` };
  const networks: Network[] = [];
  for (const [at, item] of list.values.entries()) {
    const network = typeof item === 'string' ? parseNetwork(item) : null;
    if (network === null) {
      const fault = 'must be a network such as 10.0.0.0/8 or 2001:db8::/32';
      return Array.isArray(value) ? { fault, at } : { fault };
    }
    networks.push(network);
  }
  return {
    reads: 'raw',
    test: (text) => isInOne(networks, text),
    sql: (text, parameters) => networksSql(networks, text, parameters),
  };
}

/** Compares all addresses as IPv6; only those of IPv4 networks may lie in the range of IPv4. */
function networksSql(networks: readonly Network[], text: string, parameters: Parameters): string {
  const plain = `if(match(${text}, '${WITH_ZONE}'), extract(${text}, '${BEFORE_ZONE}'), ${text})`;
  const address = `toIPv6OrDefault(${plain})`;
  const alternatives = networks.map((network) => {
    const { first, last } = network.bounds();
    const low = `toIPv6(${parameters.bind('String', first)})`;
    const high = `toIPv6(${parameters.bind('String', last)})`;
    const within = `${address} BETWEEN ${low} AND ${high}`;
    return network.family === 4 ? within : `(${within} AND NOT ${address} ${MAPPED})`;
  });
  return `match(${plain}, '${ADDRESS}') AND (${alternatives.join(' OR ')})`;
}

function isInOne(networks: readonly Network[], text: string): boolean {
  if (text !== scratchText) {
    scratchIsAddress = scratch.parse(text);
    scratchText = text;
  }
  if (!scratchIsAddress) return false;
  for (let i = 0; i < networks.length; i++) {
    if (networks[i]?.contains(scratch) === true) return true;
  }
  return false;
}
