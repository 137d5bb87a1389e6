/**
 * What fraud means here, as numbers. The actor judges each click by it, the backtest stored events.
 * It is version 1: a change of a formula or a constant needs a new version, so that events tell by
 * which definition they were judged (`fraud_version`).
 *
 * All is about one organisation and one address (of IPv6 its /64) within an hour:
 * n clicks, a distinct user agents, m the mean interval, v the intervals' standard deviation ÷ m.
 *
 * Regularity r = max(0, 1 − (v ÷ 0.5)²), 0 with fewer than 5 intervals. People clicking independently
 * of each other have v = 1 (Poisson), one person's visits with pauses v > 1, a timer v = 0, and one
 * with 20 % of jitter v ≈ 0.12. So r tells a machine from a crowd, whatever the volume.
 *
 * | Pattern        | When                                    | Confidence                                  |
 * |----------------|-----------------------------------------|---------------------------------------------|
 * | `click_flood`  | n > T (100)                             | 1 − (1 − 0.6 · s(n ÷ aT)) · (1 − r · s(n ÷ T)) |
 * | `single_agent` | a = 1, n > T (20)                       | (1 − 2^(−n ÷ T)) · (0.5 + 0.5 r)            |
 * | `rapid_fire`   | n ≥ N (10), m < M (1 s)                 | (1 − (m ÷ M)²) · (1 − 2^(−n ÷ N)) · min(1, n ÷ 10a, 10 M ÷ am) |
 * | `agent_swarm`  | ≥ 50 addresses of one agent, q ≥ 5      | (1 − 2^(−(min(q, n) − 3) ÷ 3)) ÷ a          |
 *
 * with s(x) = x ÷ (x + 1/4), and q the agent's clicks per address. Shared addresses have many clicks
 * and many agents, so volume counts per agent; only regularity counts whatever the agents. All
 * patterns together: 1 − Π(1 − confidence). Each grows with n and r and falls with a and m.
 */
import type { FraudPattern, FraudSignal, WindowStats } from './detection.ts';
import type { FraudSettings } from './settings.ts';

/** Stored with each event that was judged; 0 stands for events that were not. */
export const FRAUD_DEFINITION_VERSION = 1;
/** Windows end with the click that is judged and are this long at most; see the actor's windows. */
export const FRAUD_WINDOW_MS = 3_600_000;
/** A stored event that is not blocked is suspicious above this score, whatever `alert_above` says. */
export const SUSPICIOUS_ABOVE = 0.8;
/** Detections are told from here on. */
export const DETECTED_ABOVE = 0.5;
/** Fewer clicks of an address are never judged, however low the thresholds are set. */
export const JUDGED_CLICKS_MIN = 5;
/** Addresses from which only declared bots click (`isbot` by user agent) are never above this. */
export const DECLARED_BOT_SCORE_MAX = 0.8;

export const REGULAR_BELOW_VARIATION = 0.5;
export const REGULAR_INTERVALS_MIN = 5;
/** The ratio of clicks to threshold at which volume is half of all it can be. */
export const FLOOD_HALF_AT = 0.25;
/** What volume alone can make of a flood: a crowd behind one address may have one agent too. */
export const FLOOD_VOLUME_MAX = 0.6;
/** What a single agent's volume alone can make: a heavy user has one agent. */
export const SINGLE_AGENT_IRREGULAR_MAX = 0.5;
/** Clicks of each agent up to which rapid fire is damped, as a crowd at a newsletter's time has it. */
export const RAPID_CLICKS_PER_AGENT = 10;
/** The same for the interval of each agent alone, a · m, in thresholds: a busy crowd's are minutes. */
export const RAPID_INTERVALS_PER_AGENT = 10;
export const SWARM_ADDRESSES_MIN = 50;
/** People of one popular browser have 1 to 2 clicks per address and hour. */
export const SWARM_CLICKS_PER_ADDRESS_MIN = 5;
export const SWARM_BASE_CLICKS = 3;
/** So many more clicks per address halve what is missing to certainty. */
export const SWARM_HALVING_CLICKS = 3;
/** Clicks of one address that count for its agent: one flood makes no swarm of a popular browser. */
export const SWARM_COUNTED_CLICKS_MAX = 32;
/** Addresses with more agents than this are shared ones, and count for no agent. */
export const SWARM_COUNTED_AGENTS_MAX = 2;

/** By how much of what is missing to 1 a signal raises an event's score. */
export const SIGNAL_WEIGHTS: Readonly<Record<FraudSignal, number>> = {
  bot: 0.3,
  // People hide behind such networks: a heavy user who does is still clean.
  data_centre: 0.2,
  empty_agent: 0.4,
  impossible_agent: 0.4,
  language_mismatch: 0.1,
  // Above SUSPICIOUS_ABOVE by itself: of click injection nothing else can be seen.
  quick_conversion: 0.85,
};

/** One user agent of an organisation within the hour, over addresses that are not shared ones. */
export type AgentStats = { addresses: number; clicks: number };

type Thresholds = Pick<
  FraudSettings,
  'click_flood_clicks' | 'single_agent_clicks' | 'rapid_fire_interval_ms' | 'rapid_fire_clicks'
>;

/** 0 (by chance or bursts) to 1 (like clockwork). */
export function regularity(stats: WindowStats): number {
  if (stats.clicks - 1 < REGULAR_INTERVALS_MIN) {
    return 0;
  }
  const ratio = stats.intervalVariation / REGULAR_BELOW_VARIATION;
  return Math.max(0, 1 - ratio * ratio);
}

/** More clicks than the threshold, per agent or like clockwork. 0 to 1. */
export function clickFloodConfidence(stats: WindowStats, settings: Thresholds): number {
  const threshold = settings.click_flood_clicks;
  if (stats.clicks <= threshold || stats.clicks < JUDGED_CLICKS_MIN) {
    return 0;
  }
  const ofVolume = saturation(stats.clicks / (Math.max(1, stats.agents) * threshold));
  const ofClockwork = regularity(stats) * saturation(stats.clicks / threshold);
  return 1 - (1 - FLOOD_VOLUME_MAX * ofVolume) * (1 - ofClockwork);
}

/** Many clicks with one user agent, more so if regular. 0 to 1. */
export function singleAgentConfidence(stats: WindowStats, settings: Thresholds): number {
  const threshold = settings.single_agent_clicks;
  const isJudged = stats.clicks > threshold && stats.clicks >= JUDGED_CLICKS_MIN;
  if (!isJudged || stats.agents !== 1) {
    return 0;
  }
  const ofVolume = 1 - 2 ** (-stats.clicks / threshold);
  const irregular = SINGLE_AGENT_IRREGULAR_MAX;
  return ofVolume * (irregular + (1 - irregular) * regularity(stats));
}

/** Clicks follow each other faster than a person would, for longer than a nervous finger. 0 to 1. */
export function rapidFireConfidence(stats: WindowStats, settings: Thresholds): number {
  const { rapid_fire_clicks: clicksMin, rapid_fire_interval_ms: intervalMs } = settings;
  const isJudged = stats.clicks >= clicksMin && stats.clicks >= JUDGED_CLICKS_MIN;
  if (!isJudged || stats.meanIntervalMs >= intervalMs) {
    return 0;
  }
  const ratio = stats.meanIntervalMs / intervalMs;
  const agents = Math.max(1, stats.agents);
  const ofClicks = stats.clicks / (RAPID_CLICKS_PER_AGENT * agents);
  const ofPace = ratio > 0 ? RAPID_INTERVALS_PER_AGENT / (agents * ratio) : 1;
  const ofVolume = 1 - 2 ** (-stats.clicks / clicksMin);
  return (1 - ratio * ratio) * ofVolume * Math.min(1, ofClicks, ofPace);
}

/**
 * Many addresses click often with the same user agent. What an address itself did bounds it: one that
 * clicked little is not suspicious for what others with its browser do.
 *
 * @param agent the user agent of the address's click
 * @param own the address's clicks and agents
 */
export function agentSwarmConfidence(
  agent: AgentStats,
  own: Pick<WindowStats, 'clicks' | 'agents'>,
): number {
  if (agent.addresses < SWARM_ADDRESSES_MIN) {
    return 0;
  }
  const clicks = Math.min(agent.clicks / agent.addresses, own.clicks);
  if (clicks < SWARM_CLICKS_PER_ADDRESS_MIN) {
    return 0;
  }
  return (
    (1 - 2 ** (-(clicks - SWARM_BASE_CLICKS) / SWARM_HALVING_CLICKS)) / Math.max(1, own.agents)
  );
}

/** One pattern's confidence; `agent` is needed for `agent_swarm` alone. */
export function patternConfidence(
  pattern: FraudPattern,
  stats: WindowStats,
  settings: Thresholds,
  agent: AgentStats,
): number {
  switch (pattern) {
    case 'click_flood':
      return clickFloodConfidence(stats, settings);
    case 'single_agent':
      return singleAgentConfidence(stats, settings);
    case 'rapid_fire':
      return rapidFireConfidence(stats, settings);
    case 'agent_swarm':
      return agentSwarmConfidence(agent, stats);
    default:
      return pattern satisfies never;
  }
}

/** All patterns together: 1 − Π(1 − confidence). */
export function combinedConfidence(confidences: readonly number[]): number {
  let missing = 1;
  for (let index = 0; index < confidences.length; index++) {
    missing *= 1 - (confidences[index] as number);
  }
  return 1 - missing;
}

/** What an address can have at most from which only declared bots click: never a block. */
export function declaredBotConfidence(confidence: number, blockAbove: number): number {
  return Math.min(confidence, DECLARED_BOT_SCORE_MAX, blockAbove);
}

/**
 * An event's score: 1 − (1 − confidence) · Π(1 − weight of each signal). Signals alone never bring it
 * above `blockAbove`, because they never block.
 *
 * @param confidence of the event's address, all patterns together
 */
export function eventScore(
  confidence: number,
  signals: readonly FraudSignal[],
  blockAbove: number,
): number {
  let missing = 1 - confidence;
  for (let index = 0; index < signals.length; index++) {
    missing *= 1 - SIGNAL_WEIGHTS[signals[index] as FraudSignal];
  }
  const score = 1 - missing;
  return confidence > blockAbove ? score : Math.min(score, blockAbove);
}

function saturation(ratio: number): number {
  return ratio / (ratio + FLOOD_HALF_AT);
}
