import type { EncodedChange } from '../../core/configuration.ts';
import type { BlockConfig } from '../../core/fraud/block.ts';
import type { Detection } from '../../core/fraud/detection.ts';
import type { RedisStatus } from '../../stores/redis/fraud-store.ts';
import type { CapCount, StoredWindow } from '../pool/messages.ts';

/** Messages from the engine's main thread to the background thread. */
export type ToBackground =
  | { kind: 'claim'; id: number; conversion: Uint8Array }
  | { kind: 'detections'; detections: Detection[] }
  /** An actor thread is new (null: all are): later clicks than `beforeMs` it sees itself. */
  | { kind: 'windows_wanted'; shard: number | null; beforeMs: number }
  | { kind: 'metrics'; id: number }
  | { kind: 'status'; id: number }
  | { kind: 'stop' };

/** What the background thread knows of the world outside; part of `/ready`. */
export type BackgroundStatus = {
  postgres: 'ok' | 'unreachable';
  clickhouse: 'ok' | 'unreachable';
  /** Only with REDIS_URL. */
  redis?: RedisStatus;
};

/** Messages from the background thread to the engine's main thread. */
export type FromBackground =
  | { kind: 'claimed'; id: number; outcome: 'accepted' | 'duplicate' | 'unavailable' }
  /** The node's number belongs to another node: no more ids may be made with it. */
  | { kind: 'node_lost' }
  /** `more`: the rest of the same change follows. */
  | { kind: 'configuration'; change: EncodedChange; more: boolean }
  | { kind: 'cap_counts'; counts: CapCount[] }
  /** Blocks that the configuration does not have yet, or that came faster than it. */
  | { kind: 'blocks'; blocks: BlockConfig[] }
  | { kind: 'windows'; shard: number | null; rows: StoredWindow[] }
  | { kind: 'metrics'; id: number; text: string }
  | { kind: 'status'; id: number; status: BackgroundStatus };
