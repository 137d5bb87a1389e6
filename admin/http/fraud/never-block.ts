import type pg from 'pg';
import { BLOCKS_PER_ORGANIZATION_MAX } from '../../../core/fraud/block.ts';
import { IpAddress } from '../../../core/rules/address/ip-address.ts';
import { type Network, parseNetwork } from '../../../core/rules/address/network.ts';
import { listBlocks } from '../../../stores/postgres/fraud/blocks.ts';

/**
 * @returns whether an address (of IPv6 its /64) is on the organisation's list of those that are never
 *   blocked, as it is now
 */
export async function neverBlockTest(
  pool: pg.Pool,
  organizationId: string,
): Promise<(address: string) => boolean> {
  const limit = BLOCKS_PER_ORGANIZATION_MAX;
  const entries = await listBlocks(pool, organizationId, 'never_block', { limit });
  // Single addresses are most of a long list, and looked up at once.
  const exact = new Set(entries.map(({ network }) => network.replace(/(?<=^[^:]+)\/32$/, '')));
  const networks = entries
    .map(({ network }) => parseNetwork(network))
    .filter((network): network is Network => network !== null && !isSingle(network));
  const address = new IpAddress();
  return (text) => {
    if (exact.has(text)) {
      return true;
    }
    const isRead = address.parse(text, 0, text.indexOf('/') < 0 ? text.length : text.indexOf('/'));
    return isRead && networks.some((network) => network.contains(address));
  };
}

function isSingle({ family, prefixLength }: Network): boolean {
  return family === 4 ? prefixLength === 32 : prefixLength >= 64;
}
