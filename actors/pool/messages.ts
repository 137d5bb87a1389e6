import type { MessagePort } from 'node:worker_threads';
import type { OrganizationConfig } from '../../core/configuration.ts';
import type { BlockConfig } from '../../core/fraud/block.ts';
import type { Detection } from '../../core/fraud/detection.ts';
import type { NodeIdentity } from '../../core/node.ts';
import type { GeoBuffers } from '../worker/enrich/geo.ts';
import type { DataCentreBuffers } from '../worker/fraud/signals/data-centre-buffers.ts';
import type { CampaignBook } from './campaign-book.ts';

/** All of one organisation of an actor thread, in the place of what was before. */
export type OrganizationUpdate = {
  /** The number by which mailboxes name the organisation. */
  number: number;
  organization: OrganizationConfig;
  campaigns: CampaignBook;
};

/** What the stores know of one capped rule's day. */
export type CapCount = {
  organizationId: string;
  campaignId: string;
  ruleId: string;
  /** Decides the day, with `dayStartMs` as its first instant. */
  timezone: string;
  dayStartMs: number;
  /** Clicks of this node, bots left out. */
  clicksHere: number;
  /** Clicks of all other nodes. */
  clicksElsewhere: number;
  /** Of all nodes. */
  conversions: number;
};

/** An entry of an organisation's block lists, or its removal. */
export type BlockUpdate = {
  /** The organisation's number; see OrganizationUpdate. */
  organization: number;
} & BlockConfig;

/** What is stored of one address's clicks within the last hour: the beginning of its window. */
export type WindowSeed = {
  /** The organisation's number; see OrganizationUpdate. */
  organization: number;
  /** An IPv4 address, or the /64 network of an IPv6 address, as in `Detection.address`. */
  address: string;
  clicks: number;
  /** Distinct user agents. */
  agents: number;
  /** Distinct click ids. */
  clickIds: number;
  /** Of its first and its last click within the hour, ms since epoch. */
  firstMs: number;
  lastMs: number;
  /** As in `WindowStats`; measured over its last clicks, at most some hundreds. */
  intervalVariation: number;
};

/** A WindowSeed before the main thread has given it its organisation's number. */
export type StoredWindow = Omit<WindowSeed, 'organization'> & { organizationId: string };

/** Messages from the engine's main thread to an actor thread. */
export type ToActor =
  | { kind: 'organizations'; updates: OrganizationUpdate[] }
  /** In the order in which they happened. */
  | { kind: 'blocks'; blocks: BlockUpdate[] }
  | { kind: 'windows'; rows: WindowSeed[] }
  | { kind: 'cap_counts'; counts: CapCount[] }
  | { kind: 'quarantine'; number: number; untilMs: number };

/** What an actor thread says on its port besides the bare signal that replies are waiting. */
export type FromActor = { kind: 'detections'; detections: Detection[] };

/** The signal that replies are waiting. */
export const REPLIES_WAIT = 0;

/** All that an actor thread is started with; it lives until the process stops. */
export type ActorTask = {
  shard: number;
  /** Memory of the mailbox between the acceptor and this thread. */
  mailbox: SharedArrayBuffer;
  /** `ToActor` in; signals to the acceptor and `FromActor` out. */
  port: MessagePort;
  counters: SharedArrayBuffer;
  /** Word 0 is 1 while the event log has reached its cap; see actors/ship/log-cap.ts. */
  limits: SharedArrayBuffer;
  /** The line to the sync thread; see actors/log/sync. */
  syncPort: MessagePort;
  node: NodeIdentity;
  dataDir: string;
  trustedProxies: string[];
  geo: GeoBuffers;
  dataCentres: DataCentreBuffers;
  faultInjection: boolean;
  logLevel: string;
};
