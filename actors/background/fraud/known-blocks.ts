import type { Clock } from '../../../core/clock.ts';
import type { BlockConfig } from '../../../core/fraud/block.ts';
import { addressOf, type IpAddress } from '../../../core/rules/address/ip-address.ts';
import { BlockTable } from '../../worker/fraud/blocks/block-table.ts';

/** Ids and networks of removed entries that are remembered. */
const REMOVED_MAX = 20_000;

/**
 * The block lists of all organisations as this node knows them: from the configuration, from other
 * nodes, and by its own decisions.
 *
 * Other nodes' news can arrive after the configuration has said that an entry was removed. Therefore
 * the last removed ids are remembered, and news of them count for nothing.
 */
export class KnownBlocks {
  readonly #clock: Clock;
  readonly #table: BlockTable;
  readonly #numbers = new Map<string, number>();
  readonly #removed = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#table = new BlockTable(clock);
  }

  /** Takes what the configuration says, in its order. */
  configure(blocks: readonly BlockConfig[]): void {
    for (const block of blocks) {
      if (block.removed) {
        this.#remember(block.block_id);
        this.#remember(keyOf(block));
      }
    }
    this.#apply(blocks);
  }

  /**
   * Takes what another node says or this one has decided.
   *
   * @returns false when it is old news: the entry was removed since
   */
  hear(block: BlockConfig): boolean {
    if (this.isRemoved(block.block_id)) {
      return false;
    }
    this.#apply([block]);
    return true;
  }

  /** Whether the configuration, or somebody's word, has lately removed the entry. */
  isRemoved(blockId: string): boolean {
    return this.#removed.has(blockId);
  }

  /** Whether an entry of this network was lately removed: PostgreSQL may not want it back. */
  wasRemoved(block: BlockConfig): boolean {
    return this.#removed.has(keyOf(block));
  }

  /** Takes back what this node has decided and PostgreSQL does not want. */
  takeBack(block: BlockConfig): void {
    this.#remember(block.block_id);
    this.#apply([{ ...block, removed: true }]);
  }

  /** Whether an address or network, as in `Detection.address`, is blocked now. */
  isBlocked(organizationId: string, address: string): boolean {
    const number = this.#number(organizationId);
    return this.#table.isBlocked(number, firstAddress(address), this.#clock.nowMs());
  }

  isNeverBlocked(organizationId: string, address: string): boolean {
    return this.#table.isNeverBlocked(this.#number(organizationId), firstAddress(address));
  }

  #apply(blocks: readonly BlockConfig[]): void {
    this.#table.apply(
      blocks.map((block) => ({ organization: this.#number(block.organization_id), ...block })),
    );
  }

  #number(organizationId: string): number {
    let number = this.#numbers.get(organizationId);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(organizationId, number);
    }
    return number;
  }

  #remember(blockId: string): void {
    this.#removed.add(blockId);
    if (this.#removed.size > REMOVED_MAX) {
      for (const oldest of this.#removed) {
        this.#removed.delete(oldest);
        return;
      }
    }
  }
}

/** A network counts as its first address. */
function firstAddress(text: string): IpAddress {
  return addressOf(text.split('/')[0] ?? '');
}

function keyOf({ organization_id, kind, network }: BlockConfig): string {
  return `${organization_id} ${kind} ${network}`;
}
