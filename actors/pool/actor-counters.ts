import { SharedCounters } from '../../core/shared-counters.ts';

/** What an actor thread counts; the main thread reads it. */
const NAMES = [
  'rows_appended',
  'rows_dropped',
  'conversions_appended',
  'conversions_refused',
  'actors_resident',
  'actors_activated',
  'actors_passivated',
  'log_corrupt_records',
  'requests_recovered',
  'fraud_addresses',
  'fraud_evictions',
  'fraud_blocked_clicks',
  'fraud_detections_click_flood',
  'fraud_detections_single_agent',
  'fraud_detections_rapid_fire',
  'fraud_detections_agent_swarm',
  'fraud_detections_dropped',
  'blocks_active',
  'blocks_rejected',
] as const;

export type ActorCounters = SharedCounters<(typeof NAMES)[number]>;

export function createActorCountersBuffer(): SharedArrayBuffer {
  return new SharedArrayBuffer(SharedCounters.bytes(NAMES));
}

export function openActorCounters(buffer: SharedArrayBuffer): ActorCounters {
  return new SharedCounters(NAMES, buffer);
}
