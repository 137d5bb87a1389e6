// HOT PATH: once per click. Budget: 1 µs with a million addresses, no allocation but for detections.
// Guarded by bench/micro/fraud.ts.
import {
  agentSwarmConfidence,
  clickFloodConfidence,
  DETECTED_ABOVE,
  declaredBotConfidence,
  eventScore,
  FRAUD_DEFINITION_VERSION,
  JUDGED_CLICKS_MIN,
  rapidFireConfidence,
  SWARM_COUNTED_AGENTS_MAX,
  SWARM_COUNTED_CLICKS_MAX,
  singleAgentConfidence,
} from '../../../core/fraud/definition.ts';
import {
  type Detection,
  FRAUD_PATTERNS,
  FRAUD_SIGNALS,
  type FraudReason,
  type FraudSignal,
} from '../../../core/fraud/detection.ts';
import type { FraudSettings } from '../../../core/fraud/settings.ts';
import type { EventRecord } from '../event-record.ts';
import { AddressKey } from './address-key.ts';
import type { AddressWindows } from './address-windows.ts';
import type { AgentWindows } from './agent-windows.ts';
import type { BlockTable } from './blocks/block-table.ts';
import type { FraudSignals } from './signals/signals.ts';

/** Told again when the confidence grew by so much. */
const TOLD_STEP = 0.05;
/** Told again after so long, so that scores do not expire and each hour has its alert. */
const TOLD_AGAIN_SECONDS = 600;
const DECLARED_BOT = 'user_agent';
const CLICK_ID_UNITS = 24;
const NO_RECORD = -1;
/** In the order in which an event has them; sets of them are bits in this order. */
const REASONS: readonly FraudReason[] = [...FRAUD_PATTERNS, ...FRAUD_SIGNALS, 'blocked'];
const BLOCKED_BIT = 1 << (REASONS.length - 1);

export type FraudGuardParts = {
  blocks: BlockTable;
  windows: AddressWindows;
  agents: AgentWindows;
  signals: FraudSignals;
  /** @returns false when there is no room for it now */
  tell(detection: Detection): boolean;
};

/**
 * Judges clicks: whether the address is blocked, what its hour looks like, what the click itself
 * shows. An address whose confidence rises above its organisation's `block_above` is blocked at once,
 * beginning with that click.
 */
export class FraudGuard {
  /** Clicks of blocked addresses. */
  blockedClicks = 0;
  readonly #parts: FraudGuardParts;
  readonly #key = new AddressKey();
  readonly #signals: FraudSignal[] = [];
  /** By the bits of REASONS. */
  readonly #reasons: (readonly FraudReason[] | undefined)[] = new Array(2 ** REASONS.length).fill(
    undefined,
  );
  /** Of FRAUD_PATTERNS, for the click that is judged. */
  readonly #confidences = new Float64Array(FRAUD_PATTERNS.length);

  constructor(parts: FraudGuardParts) {
    this.#parts = parts;
  }

  /**
   * Sets the event's fraud score, reasons, version and whether it is blocked.
   *
   * @param event with organisation, ids, time, address, place, user agent and language filled in
   * @param record whether the click counts: not when a dead thread has counted it
   * @returns whether its address is blocked
   */
  assess(event: EventRecord, record: boolean): boolean {
    event.clearFraud();
    const organization = event.organization;
    const { blocks, signals } = this.#parts;
    if (blocks.isNeverBlocked(organization.number, event.address)) {
      return false;
    }
    const settings = organization.fraud;
    const nowMs = event.occurredAtMs;
    let reasons = 0;
    let confidence = 0;
    let isBlocked = blocks.isBlocked(organization.number, event.address, nowMs);
    if (settings.enabled) {
      // Setting the length would give its memory away.
      while (this.#signals.length > 0) {
        this.#signals.pop();
      }
      signals.of(event, this.#signals);
      const windowRecord = this.#count(event, record);
      confidence = this.#judge(settings, windowRecord);
      if (windowRecord !== NO_RECORD && confidence > DETECTED_ABOVE) {
        isBlocked = this.#act(event, windowRecord, confidence, isBlocked);
      }
      reasons = this.#patternBits() | this.#signalBits();
      event.fraudScore = eventScore(confidence, this.#signals, settings.block_above);
      if (event.agent.botReason === DECLARED_BOT) {
        event.fraudScore = declaredBotConfidence(event.fraudScore, settings.block_above);
      }
      event.fraudVersion = FRAUD_DEFINITION_VERSION;
    }
    return this.#mark(event, reasons, isBlocked);
  }

  /** Only whether the address is blocked, for requests on which as little code as possible may run. */
  checkBlock(event: EventRecord): boolean {
    event.clearFraud();
    const { blocks } = this.#parts;
    const { number } = event.organization;
    return this.#mark(event, 0, blocks.isBlocked(number, event.address, event.occurredAtMs));
  }

  #mark(event: EventRecord, reasons: number, isBlocked: boolean): boolean {
    if (isBlocked) {
      this.blockedClicks++;
      event.isBlocked = true;
    }
    event.fraudReasons = this.#reasonsOf(isBlocked ? reasons | BLOCKED_BIT : reasons);
    return isBlocked;
  }

  /** Lists are made once for each set of reasons that comes. */
  #reasonsOf(bits: number): readonly FraudReason[] {
    const known = this.#reasons[bits];
    if (known !== undefined) {
      return known;
    }
    const list = REASONS.filter((_, index) => (bits & (1 << index)) !== 0);
    this.#reasons[bits] = list;
    return list;
  }

  /** Counts the click in the windows. @returns the address's record, or NO_RECORD */
  #count(event: EventRecord, record: boolean): number {
    this.#confidences.fill(0);
    const { windows, agents } = this.#parts;
    const key = this.#key;
    if (!record || !key.take(event.address)) {
      return NO_RECORD;
    }
    const place = windows.placeOf(event.organization.number);
    const { high, low } = event.agent.hash;
    const windowRecord = windows.note(
      place,
      key,
      Math.imul(high ^ (low >>> 3), 0x9e3779b1) >>> 16,
      event.clickId === event.eventId ? -1 : hashOfClickId(event.clickId),
      event.agent.botReason === DECLARED_BOT,
      event.occurredAtMs,
    );
    const { clicks, agents: ownAgents } = windows.stats;
    const counts = clicks <= SWARM_COUNTED_CLICKS_MAX && ownAgents <= SWARM_COUNTED_AGENTS_MAX;
    const { occurredAtMs } = event;
    agents.note(place, high >>> 0, low >>> 0, key.high, key.low, counts, occurredAtMs);
    return windowRecord;
  }

  /** @returns all patterns' confidence together; each one's is in #confidences */
  #judge(settings: FraudSettings, windowRecord: number): number {
    const { windows, agents } = this.#parts;
    const stats = windows.stats;
    if (windowRecord === NO_RECORD || stats.clicks < JUDGED_CLICKS_MIN) {
      return 0;
    }
    const flood = clickFloodConfidence(stats, settings);
    const single = singleAgentConfidence(stats, settings);
    const rapid = rapidFireConfidence(stats, settings);
    const swarm = agentSwarmConfidence(agents.stats, stats);
    this.#confidences[0] = flood;
    this.#confidences[1] = single;
    this.#confidences[2] = rapid;
    this.#confidences[3] = swarm;
    const confidence = 1 - (1 - flood) * (1 - single) * (1 - rapid) * (1 - swarm);
    return windows.full.onlyDeclaredBots(windowRecord)
      ? declaredBotConfidence(confidence, settings.block_above)
      : confidence;
  }

  #signalBits(): number {
    let bits = 0;
    for (let index = 0; index < this.#signals.length; index++) {
      bits |=
        1 << (FRAUD_PATTERNS.length + FRAUD_SIGNALS.indexOf(this.#signals[index] as FraudSignal));
    }
    return bits;
  }

  /** Tells and blocks, if it is time to. @returns whether the address is blocked by now */
  #act(event: EventRecord, record: number, confidence: number, isBlocked: boolean): boolean {
    const { blocks, windows } = this.#parts;
    const settings = event.organization.fraud;
    const nowSecond = Math.floor(event.occurredAtMs / 1000);
    let blocked = isBlocked;
    // Who took an automatic block away does not want it back at the next click.
    const mayBlock = !isBlocked && windows.full.blockedUntilSecond(record) <= nowSecond;
    if (confidence > settings.block_above && mayBlock) {
      const untilMs = event.occurredAtMs + settings.block_hours * 3_600_000;
      blocked = blocks.blockNow(event.organization.number, this.#key.text(), untilMs);
      windows.full.setBlockedUntilSecond(record, Math.floor(untilMs / 1000));
    }
    this.#tellOf(event, record, confidence, nowSecond);
    return blocked;
  }

  #tellOf(event: EventRecord, record: number, confidence: number, nowSecond: number): void {
    const { windows, tell } = this.#parts;
    const settings = event.organization.fraud;
    const told = windows.full.toldConfidence(record);
    const sinceSeconds = nowSecond - windows.full.toldSecond(record);
    const patterns = this.#patternBits() | windows.full.toldPatterns(record);
    const crossesBlock = told <= settings.block_above && confidence > settings.block_above;
    const isDue =
      confidence >= told + TOLD_STEP ||
      (told <= settings.alert_above && confidence > settings.alert_above) ||
      patterns !== windows.full.toldPatterns(record) ||
      sinceSeconds >= TOLD_AGAIN_SECONDS;
    if (crossesBlock || (isDue && sinceSeconds >= 1)) {
      if (tell(this.#detection(event, confidence))) {
        windows.full.setTold(record, confidence, nowSecond, patterns);
      }
    }
  }

  #patternBits(): number {
    let bits = 0;
    for (let index = 0; index < FRAUD_PATTERNS.length; index++) {
      bits |= (this.#confidences[index] as number) > 0 ? 1 << index : 0;
    }
    return bits;
  }

  #detection(event: EventRecord, confidence: number): Detection {
    return {
      organizationId: event.organization.id,
      address: this.#key.text(),
      country: event.country,
      userAgent: event.userAgent,
      confidence,
      patterns: FRAUD_PATTERNS.map((pattern, index) => ({
        pattern,
        confidence: this.#confidences[index] as number,
      })).filter((found) => found.confidence > 0),
      window: { ...this.#parts.windows.stats },
      detectedAtMs: event.occurredAtMs,
      version: FRAUD_DEFINITION_VERSION,
    };
  }
}

/** 16 bits of a click id, never 0; ids differ at their end. */
function hashOfClickId(clickId: string): number {
  let hash = 0x9e3779b9;
  for (let at = Math.max(0, clickId.length - CLICK_ID_UNITS); at < clickId.length; at++) {
    hash = Math.imul(hash ^ clickId.charCodeAt(at), 0x85ebca77);
    hash ^= hash >>> 15;
  }
  return Math.max(1, Math.imul(hash, 0x27d4eb2f) >>> 16);
}
