import { answerOf } from '../../checks.ts';
import { Exposition } from './exposition.ts';

/** Where the engine of this machine can be asked. */
export type EngineAddresses = {
  /** `http://127.0.0.1:9464/metrics` */
  metrics: string;
  /** `http://127.0.0.1:8080/ready` */
  ready: string;
};

export type EngineStatus = {
  ready: boolean;
  parts: Record<string, string>;
  uptime_seconds: number;
  log_bytes: number;
  oldest_unshipped_seconds: number;
  mailbox_depth: number;
  conversions_waiting: number;
  events_dropped: number;
  dead_letters: number;
  actor_restarts: number;
};

const ANSWER_MS_MAX = 500;
const SECOND_MS = 1_000;

/** @returns how the engine is doing, or why nobody knows */
export async function readEngineStatus(
  { metrics, ready }: EngineAddresses,
  nowMs: number,
): Promise<{ engine: EngineStatus | null; engine_reason: string | null }> {
  const [readiness, exposition] = await Promise.all([
    answerOf(async (signal) => readReadiness(await fetch(ready, { signal })), ANSWER_MS_MAX),
    answerOf(async (signal) => readExposition(await fetch(metrics, { signal })), ANSWER_MS_MAX),
  ]);
  for (const answer of [readiness, exposition]) {
    if (!answer.isOk) {
      return { engine: null, engine_reason: answer.reason };
    }
  }
  if (!readiness.isOk || !exposition.isOk) {
    throw new Error('An answer that is missing has no reason');
  }
  const { value } = exposition;
  const startedSeconds = value.sum('process_start_time_seconds');
  return {
    engine: {
      ...readiness.value,
      uptime_seconds: Math.max(0, Math.round(nowMs / SECOND_MS - startedSeconds)),
      log_bytes: value.sum('trellis_log_bytes'),
      oldest_unshipped_seconds: value.sum('trellis_log_oldest_seconds'),
      mailbox_depth: value.sum('trellis_mailbox_depth'),
      conversions_waiting: value.sum('trellis_conversions_waiting'),
      events_dropped: value.sum('trellis_events_dropped_total'),
      dead_letters: value.sum('trellis_dead_letters_total'),
      actor_restarts: value.sum('trellis_actor_restarts_total'),
    },
    engine_reason: null,
  };
}

async function readExposition(response: Response): Promise<Exposition> {
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`answers ${response.status}`);
  }
  return new Exposition(text);
}

/** An engine that is not ready answers 503 with the same body. */
async function readReadiness(
  response: Response,
): Promise<{ ready: boolean; parts: Record<string, string> }> {
  const body: unknown = await response.json();
  const parts = typeof body === 'object' && body !== null && 'parts' in body ? body.parts : {};
  const entries = Object.entries(parts ?? {}).map(([part, reason]) => [part, String(reason)]);
  return { ready: response.ok, parts: Object.fromEntries(entries) };
}
