import type { MessagePort } from 'node:worker_threads';
import type { OrganizationConfig } from '../../core/configuration.ts';
import type { NodeIdentity } from '../../core/node.ts';
import type { GeoBuffers } from '../worker/enrich/geo.ts';
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

/** Messages from the engine's main thread to an actor thread. */
export type ToActor =
  | { kind: 'organizations'; updates: OrganizationUpdate[] }
  | { kind: 'cap_counts'; counts: CapCount[] }
  | { kind: 'quarantine'; number: number; untilMs: number };

/** All that an actor thread is started with; it lives until the process stops. */
export type ActorTask = {
  shard: number;
  /** Memory of the mailbox between the acceptor and this thread. */
  mailbox: SharedArrayBuffer;
  /** Control messages in, signals to the acceptor out. */
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
  faultInjection: boolean;
  logLevel: string;
};
