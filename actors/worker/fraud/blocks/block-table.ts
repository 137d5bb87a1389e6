// HOT PATH: `isBlocked` runs once per click. Budget: 10 ns for an organisation without entries, 200 ns
// for one with them, no allocation for IPv4. Guarded by bench/micro/fraud.
import type { Clock } from '../../../../core/clock.ts';
import { BLOCKS_PER_ORGANIZATION_MAX } from '../../../../core/fraud/block.ts';
import type { IpAddress } from '../../../../core/rules/address/ip-address.ts';
import type { BlockUpdate } from '../../../pool/messages.ts';
import { NetworkSet } from './network-set.ts';

/** Entries of an organisation that are looked at, for expired ones, whenever one is added to many. */
const SWEPT_PER_ENTRY = 8;
const SWEEP_SIZE_MIN = 1_024;
/** The same when it is full, and for all organisations together once a second; some 20 µs. */
const SWEPT_AT_ONCE = 512;

/** The entries of one organisation. */
type Lists = {
  blocked: NetworkSet;
  neverBlocked: NetworkSet;
};

/**
 * Which addresses each organisation has blocked, and which it never blocks. Entries come from the
 * configuration, from other nodes, and from this thread itself, which blocks an address at once.
 *
 * Invariants: one entry for each list and network. The configuration's word replaces what this thread
 * or another node has decided before it, and a removal takes that away too. Expired entries count for
 * nothing and are forgotten when room is needed.
 */
export class BlockTable {
  /** Entries that found no room: their organisation has as many as it may. */
  rejected = 0;
  readonly #clock: Clock;
  /** By the organisation's number. */
  readonly #organizations = new Map<number, Lists>();
  /** Whose turn it is to forget expired entries, and those that follow. */
  #sweeping: Lists | undefined;
  #turn: MapIterator<Lists> = this.#organizations.values();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes what is new, changed or removed, in this order. What is no network is left out. */
  apply(updates: readonly BlockUpdate[]): void {
    for (const update of updates) {
      const lists = this.#listsOf(update.organization);
      const set = update.kind === 'block' ? lists.blocked : lists.neverBlocked;
      const untilMs = update.until_ms ?? Number.POSITIVE_INFINITY;
      if (update.removed) {
        set.remove(update.network, update.block_id, untilMs);
      } else if (this.#hasRoom(lists)) {
        set.set(update.network, update.block_id, untilMs);
      } else {
        this.rejected++;
      }
    }
  }

  /** What is no address is never blocked. */
  isBlocked(organization: number, address: IpAddress, nowMs: number): boolean {
    const lists = this.#organizations.get(organization);
    if (lists === undefined || !lists.blocked.covers(address, nowMs)) {
      return false;
    }
    return !lists.neverBlocked.covers(address, nowMs);
  }

  /** Whether the organisation has said that this address is neither blocked nor scored. */
  isNeverBlocked(organization: number, address: IpAddress): boolean {
    const lists = this.#organizations.get(organization);
    if (lists === undefined || lists.neverBlocked.size === 0) {
      return false;
    }
    return lists.neverBlocked.covers(address, this.#clock.nowMs());
  }

  /**
   * Blocks an address until the configuration says otherwise; an entry that holds for longer stays.
   *
   * @param address an address or a network, as in `Detection.address`
   * @param untilMs ms since epoch
   * @returns whether there was room for it
   */
  blockNow(organization: number, address: string, untilMs: number): boolean {
    const lists = this.#listsOf(organization);
    if (!this.#hasRoom(lists)) {
      this.rejected++;
      return false;
    }
    return lists.blocked.set(address, null, untilMs);
  }

  /** Entries of one organisation, expired ones that were not forgotten yet included. */
  sizeOf(organization: number): number {
    const lists = this.#organizations.get(organization);
    return lists === undefined ? 0 : sizeOf(lists);
  }

  /**
   * Blocks that hold, of all organisations. Forgets expired ones little by little, so that it can be
   * asked often; those that it has not come to yet are counted.
   */
  activeBlocks(nowMs: number): number {
    this.#sweepSome(nowMs);
    let active = 0;
    for (const lists of this.#organizations.values()) {
      active += lists.blocked.size;
    }
    return active;
  }

  #sweepSome(nowMs: number): void {
    let rest = SWEPT_AT_ONCE;
    for (let turn = 0; turn <= this.#organizations.size && rest > 0; turn++) {
      this.#sweeping ??= this.#nextToSweep();
      if (this.#sweeping === undefined) {
        return;
      }
      const looked = this.#sweeping.blocked.sweepSome(nowMs, rest);
      this.#sweeping = looked < rest ? undefined : this.#sweeping;
      rest -= looked;
    }
  }

  #nextToSweep(): Lists | undefined {
    let next = this.#turn.next();
    if (next.done === true) {
      this.#turn = this.#organizations.values();
      next = this.#turn.next();
    }
    return next.done === true ? undefined : next.value;
  }

  #listsOf(organization: number): Lists {
    let lists = this.#organizations.get(organization);
    if (lists === undefined) {
      lists = {
        blocked: new NetworkSet(),
        neverBlocked: new NetworkSet(),
      };
      this.#organizations.set(organization, lists);
    }
    return lists;
  }

  #hasRoom(lists: Lists): boolean {
    const size = sizeOf(lists);
    if (size >= SWEEP_SIZE_MIN) {
      const nowMs = this.#clock.nowMs();
      const count = size < BLOCKS_PER_ORGANIZATION_MAX ? SWEPT_PER_ENTRY : SWEPT_AT_ONCE;
      lists.blocked.sweepSome(nowMs, count);
      lists.neverBlocked.sweepSome(nowMs, count);
    }
    return sizeOf(lists) < BLOCKS_PER_ORGANIZATION_MAX;
  }
}

function sizeOf(lists: Lists): number {
  return lists.blocked.size + lists.neverBlocked.size;
}
