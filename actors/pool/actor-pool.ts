import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { Clock } from '../../core/clock.ts';
import type { CampaignText, EncodedChange, OrganizationConfig } from '../../core/configuration.ts';
import { entryFile } from '../../core/entry-file.ts';
import { messageOf } from '../../core/errors.ts';
import type { BlockConfig } from '../../core/fraud/block.ts';
import type { Detection } from '../../core/fraud/detection.ts';
import type { Logger } from '../../core/logger.ts';
import { AcceptorMailbox } from '../mailbox/acceptor-mailbox.ts';
import { CONTROL, SLOT } from '../mailbox/layout.ts';
import { createMailboxBuffer } from '../mailbox/mailbox.ts';
import { BlockBook } from './block-book.ts';
import { updateBook } from './campaign-book.ts';
import {
  type ActorTask,
  type BlockUpdate,
  type CapCount,
  type FromActor,
  type OrganizationUpdate,
  REPLIES_WAIT,
  type StoredWindow,
  type ToActor,
  type WindowSeed,
} from './messages.ts';
import { Quarantine } from './quarantine.ts';

/** Organisations in one control message: keeps the pause for reading it short. */
const UPDATES_PER_MESSAGE = 200;
/** Blocks, or beginnings of windows, in one control message. */
const ROWS_PER_MESSAGE = 1_000;
const YOUNG_GENERATION_MIB = 96;
const RESTART_DELAY_MS_MAX = 1_000;
/** A thread that lived this long before it died is restarted without delay. */
const HEALTHY_AFTER_MS = 5_000;

/** What every thread of the pool is started with, besides what belongs to its shard. */
export type ActorPoolOptions = {
  threads: number;
  /** The rest of a shard's task. */
  taskFor(shard: number): Omit<ActorTask, 'shard' | 'mailbox' | 'port'>;
  /** Called on the main thread when a shard has replies. */
  onReplies(shard: number): void;
  /** Called on the main thread with what the actors have detected. */
  onDetections(detections: Detection[]): void;
  /** A thread has taken the place of a dead one and knows nothing of its addresses. */
  onRestart(shard: number): void;
  clock: Clock;
  logger: Logger;
};

/** One actor thread's place in the pool. It outlives the thread. */
type Shard = {
  number: number;
  buffer: SharedArrayBuffer;
  mailbox: AcceptorMailbox;
  port: MessagePort | null;
  /** Of the thread that lives now. */
  piscina: Piscina | null;
  /** Everything that was ever configured for this shard, for the successor of a dead thread. */
  organizations: Map<number, OrganizationUpdate>;
  /** The same for blocks, those that hold. */
  blocks: BlockBook;
  restarts: number;
  deathsInARow: number;
  startedAtMs: number;
  finished: Promise<void>;
};

/**
 * The actor threads: one long-lived Piscina task each.
 *
 * An organisation belongs to one shard for as long as the number of threads stays the same, and a shard
 * has the same mailbox and log folder for ever. When a thread dies, the shard's task is started again on
 * a new one: its mailbox is served late instead of failing.
 *
 * Each shard has a Piscina of one thread, made anew for each life: a Piscina whose thread dies while it
 * starts replaces no thread ever again, since it takes that for a fault that would repeat for ever.
 */
export class ActorPool {
  readonly #options: ActorPoolOptions;
  readonly #shards: Shard[] = [];
  readonly #quarantine: Quarantine;
  #stopping = false;

  constructor(options: ActorPoolOptions) {
    this.#options = options;
    this.#quarantine = new Quarantine(options.clock);
    for (let number = 0; number < options.threads; number++) {
      const buffer = createMailboxBuffer();
      const shard: Shard = {
        number,
        buffer,
        mailbox: new AcceptorMailbox(buffer),
        port: null,
        piscina: null,
        organizations: new Map(),
        blocks: new BlockBook(),
        restarts: 0,
        deathsInARow: 0,
        startedAtMs: 0,
        finished: Promise.resolve(),
      };
      shard.finished = this.#keepRunning(shard);
      this.#shards.push(shard);
    }
  }

  /** The shard of an organisation: FNV-1a of its id, so that every start of this node agrees. */
  shardOf(organizationId: string): number {
    let hash = 0x811c9dc5;
    for (let index = 0; index < organizationId.length; index++) {
      hash = Math.imul(hash ^ organizationId.charCodeAt(index), 0x01000193);
    }
    return (hash >>> 0) % this.#shards.length;
  }

  mailbox(shard: number): AcceptorMailbox {
    return (this.#shards[shard] as Shard).mailbox;
  }

  get shardCount(): number {
    return this.#shards.length;
  }

  restarts(shard: number): number {
    return (this.#shards[shard] as Shard).restarts;
  }

  /** Gives each shard what changed for its organisations. */
  configure(change: EncodedChange, numberOf: (organizationId: string) => number): void {
    const updates = updatesOf(change);
    const byShard = this.#shards.map((): OrganizationUpdate[] => []);
    for (const [organizationId, { organization, campaigns }] of updates) {
      const shard = this.#shards[this.shardOf(organizationId)] as Shard;
      const number = numberOf(organizationId);
      const known = shard.organizations.get(number);
      const current = organization ?? known?.organization;
      if (current === undefined) {
        continue;
      }
      const book =
        known !== undefined && campaigns.length === 0
          ? known.campaigns
          : updateBook(known?.campaigns ?? null, campaigns);
      const update = { number, organization: current, campaigns: book };
      shard.organizations.set(number, update);
      byShard[shard.number]?.push(update);
    }
    for (const shard of this.#shards) {
      this.#sendUpdates(shard, byShard[shard.number] ?? []);
    }
    this.tellBlocks(change.blocks, numberOf);
  }

  /** Gives each shard the entries of its organisations' block lists that are new, changed or removed. */
  tellBlocks(blocks: readonly BlockConfig[], numberOf: (organizationId: string) => number): void {
    if (blocks.length === 0) {
      return;
    }
    const byShard = this.#shards.map((): BlockUpdate[] => []);
    for (const block of blocks) {
      const organization = numberOf(block.organization_id);
      byShard[this.shardOf(block.organization_id)]?.push({ organization, ...block });
    }
    const nowMs = this.#options.clock.nowMs();
    for (const shard of this.#shards) {
      const own = byShard[shard.number] ?? [];
      shard.blocks.apply(own, nowMs);
      this.#sendBlocks(shard, own);
    }
  }

  /**
   * Gives the shards what is stored of their addresses.
   *
   * @param only the shard that lacks it; null: all do
   */
  tellWindows(
    only: number | null,
    rows: readonly StoredWindow[],
    numberOf: (organizationId: string) => number,
  ): void {
    const byShard = this.#shards.map((): WindowSeed[] => []);
    for (const { organizationId, ...row } of rows) {
      const organization = numberOf(organizationId);
      byShard[this.shardOf(organizationId)]?.push({ organization, ...row });
    }
    for (const shard of this.#shards) {
      if (only === null || only === shard.number) {
        for (const part of inParts(byShard[shard.number] ?? [], ROWS_PER_MESSAGE)) {
          this.#send(shard, { kind: 'windows', rows: part });
        }
      }
    }
  }

  /** Gives each shard what the stores know of its organisations' capped rules. */
  tellCapCounts(counts: readonly CapCount[]): void {
    const byShard = this.#shards.map((): CapCount[] => []);
    for (const count of counts) {
      byShard[this.shardOf(count.organizationId)]?.push(count);
    }
    for (const shard of this.#shards) {
      const own = byShard[shard.number] ?? [];
      if (own.length > 0) {
        this.#send(shard, { kind: 'cap_counts', counts: own });
      }
    }
  }

  /**
   * Ends one thread, as a crash would; for failure tests.
   * @returns false when there is none at the moment: the next one waits to be started
   */
  killThread(index: number): boolean {
    const thread = this.#shards[index % this.#shards.length]?.piscina?.threads[0];
    thread?.terminate().catch((error: unknown) => {
      this.#options.logger.error({ error: messageOf(error) }, 'could not end an actor thread');
    });
    return thread !== undefined;
  }

  /** Lets every actor finish its mailbox and seal its log, then ends the threads. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const shard of this.#shards) {
      Atomics.store(shard.mailbox.memory.words, CONTROL.shutdown, 1);
      shard.mailbox.wakeActor();
    }
    await Promise.all(this.#shards.map((shard) => shard.finished));
  }

  async #keepRunning(shard: Shard): Promise<void> {
    for (;;) {
      shard.startedAtMs = this.#options.clock.nowMs();
      try {
        await this.#run(shard);
        return;
      } catch (error) {
        shard.port = null;
        this.#recordDeath(shard, error);
      }
      if (this.#stopping && shard.deathsInARow > 3) {
        return;
      }
      if (shard.deathsInARow > 1) {
        const delayMs = Math.min(RESTART_DELAY_MS_MAX, 10 * 2 ** shard.deathsInARow);
        await new Promise((resolve) => setTimeout(resolve, delayMs));
      }
    }
  }

  async #run(shard: Shard): Promise<void> {
    const { port1, port2 } = new MessageChannel();
    port1.on('message', (message: typeof REPLIES_WAIT | FromActor) => {
      if (message === REPLIES_WAIT) {
        this.#options.onReplies(shard.number);
      } else {
        this.#options.onDetections(message.detections);
      }
    });
    shard.port = port1;
    const task: ActorTask = {
      ...this.#options.taskFor(shard.number),
      shard: shard.number,
      mailbox: shard.buffer,
      port: port2,
    };
    const piscina = newThread();
    shard.piscina = piscina;
    const finished = piscina.run(task, { transferList: [port2, task.syncPort] });
    this.#sendUpdates(shard, [...shard.organizations.values()]);
    this.#sendBlocks(shard, shard.blocks.entries(this.#options.clock.nowMs()));
    if (shard.restarts > 0) {
      this.#options.onRestart(shard.number);
    }
    for (const entry of this.#quarantine.active()) {
      this.#send(shard, { kind: 'quarantine', ...entry });
    }
    try {
      await finished;
    } finally {
      port1.close();
      shard.piscina = null;
      await piscina.destroy();
    }
  }

  #recordDeath(shard: Shard, error: unknown): void {
    const { clock, logger } = this.#options;
    const slot = shard.mailbox.recordActorDeath();
    const livedMs = clock.nowMs() - shard.startedAtMs;
    shard.restarts++;
    shard.deathsInARow = livedMs > HEALTHY_AFTER_MS ? 1 : shard.deathsInARow + 1;
    const details = { shard: shard.number, livedMs, slot, error: messageOf(error) };
    logger.error(details, 'an actor thread died; its mailbox goes to a new one');
    if (slot >= 0) {
      const number = shard.mailbox.memory.word(slot, SLOT.organization);
      if (this.#quarantine.recordDeath(number)) {
        const organization = shard.organizations.get(number)?.organization.organization_id;
        logger.error({ organization }, 'organisation quarantined: its requests kill their thread');
      }
    }
  }

  #sendUpdates(shard: Shard, updates: readonly OrganizationUpdate[]): void {
    for (const part of inParts(updates, UPDATES_PER_MESSAGE)) {
      this.#send(shard, { kind: 'organizations', updates: part });
    }
  }

  #sendBlocks(shard: Shard, blocks: readonly BlockUpdate[]): void {
    for (const part of inParts(blocks, ROWS_PER_MESSAGE)) {
      this.#send(shard, { kind: 'blocks', blocks: part });
    }
  }

  #send(shard: Shard, message: ToActor): void {
    shard.port?.postMessage(message);
    Atomics.store(shard.mailbox.memory.words, CONTROL.controlPending, 1);
    shard.mailbox.wakeActor();
  }
}

function* inParts<T>(rows: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < rows.length; at += size) {
    yield rows.slice(at, at + size);
  }
}

/** A thread that waits for its one task. */
function newThread(): Piscina {
  const piscina = new Piscina({
    filename: entryFile('actors/worker/main'),
    minThreads: 1,
    maxThreads: 1,
    // The default freezes the thread between tasks and with it its timers.
    atomics: 'disabled',
    // Each click leaves some kilobytes of short-lived text: a larger young generation is collected
    // less often, and what it holds is dead by then.
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB },
  });
  // The task's promise tells of a thread that dies; without a listener the event would end the process.
  piscina.on('error', () => undefined);
  return piscina;
}

type Grouped = Map<string, { organization?: OrganizationConfig; campaigns: CampaignText[] }>;

/** The rows of a change by the organisation that they belong to. */
function updatesOf(change: EncodedChange): Grouped {
  const grouped: Grouped = new Map();
  for (const organization of change.organizations) {
    grouped.set(organization.organization_id, { organization, campaigns: [] });
  }
  for (const campaign of change.campaigns) {
    const known = grouped.get(campaign.organization_id) ?? { campaigns: [] };
    known.campaigns.push(campaign);
    grouped.set(campaign.organization_id, known);
  }
  return grouped;
}
