import type { EncodedChange } from '../../core/configuration.ts';
import type { CapCount } from '../pool/messages.ts';

/** Messages from the engine's main thread to the background thread. */
export type ToBackground =
  | { kind: 'claim'; id: number; conversion: Uint8Array }
  | { kind: 'metrics'; id: number }
  | { kind: 'status'; id: number }
  | { kind: 'stop' };

/** What the background thread knows of the world outside; part of `/ready`. */
export type BackgroundStatus = {
  postgres: 'ok' | 'unreachable';
  clickhouse: 'ok' | 'unreachable';
};

/** Messages from the background thread to the engine's main thread. */
export type FromBackground =
  | { kind: 'claimed'; id: number; outcome: 'accepted' | 'duplicate' | 'unavailable' }
  /** The node's number belongs to another node: no more ids may be made with it. */
  | { kind: 'node_lost' }
  /** `more`: the rest of the same change follows. */
  | { kind: 'configuration'; change: EncodedChange; more: boolean }
  | { kind: 'cap_counts'; counts: CapCount[] }
  | { kind: 'metrics'; id: number; text: string }
  | { kind: 'status'; id: number; status: BackgroundStatus };
