import { isQuickConversion, quickConversionColumns } from '../../actors/ledger/quick-conversion.ts';
import { updateBook } from '../../actors/pool/campaign-book.ts';
import { GeoLookup } from '../../actors/worker/enrich/geo.ts';
import { LanguageLookup } from '../../actors/worker/enrich/language.ts';
import { UserAgentLookup } from '../../actors/worker/enrich/user-agent.ts';
import { EventRecord } from '../../actors/worker/event-record.ts';
import { AddressWindows } from '../../actors/worker/fraud/address-windows.ts';
import { AgentWindows } from '../../actors/worker/fraud/agent-windows.ts';
import { BlockTable } from '../../actors/worker/fraud/blocks/block-table.ts';
import { FraudGuard } from '../../actors/worker/fraud/fraud-guard.ts';
import { FraudSignals, loadDataCentreBuffers } from '../../actors/worker/fraud/signals/signals.ts';
import { OrganizationActor } from '../../actors/worker/organization-actor.ts';
import { ACME } from '../../actors/worker/test-thread.ts';
import { SUSPICIOUS_ABOVE } from '../../core/fraud/definition.ts';
import type { Detection } from '../../core/fraud/detection.ts';
import { DEFAULT_FRAUD_SETTINGS } from '../../core/fraud/settings.ts';
import { sharedGeoBuffers, silentLogger } from '../micro/test-requests.ts';
import type { Outcome } from './evaluate.ts';
import type { ShapeClick } from './shapes.ts';

/** Noon of a day in June 2024, UTC. */
const START_MS = 1_718_452_800_000;
const CACHED_MAX = 32_768;

/**
 * Sends clicks through what judges them in an actor thread, at their times, and their conversions
 * through what judges those in the ledger.
 *
 * @param clicks in order of time
 * @returns what became of each address; default settings
 */
export function replay(clicks: readonly ShapeClick[]): Map<string, Outcome> {
  const judge = new Judge();
  for (const click of clicks) {
    judge.click(click);
  }
  return judge.outcomes;
}

class Judge {
  readonly outcomes = new Map<string, Outcome>();
  #nowMs = START_MS;
  #eventNumber = 0;
  readonly #settings = DEFAULT_FRAUD_SETTINGS;
  readonly #agents = new UserAgentLookup(CACHED_MAX);
  readonly #languages = new LanguageLookup(CACHED_MAX);
  readonly #places = new GeoLookup(sharedGeoBuffers(), CACHED_MAX);
  readonly #guard: FraudGuard;
  readonly #event: EventRecord;

  constructor() {
    const clock = { nowMs: () => this.#nowMs };
    this.#guard = new FraudGuard({
      blocks: new BlockTable(clock),
      windows: new AddressWindows(),
      agents: new AgentWindows(),
      signals: new FraudSignals(loadDataCentreBuffers()),
      tell: (detection) => this.#detected(detection),
    });
    const settings = { number: 0, organization: ACME, campaigns: updateBook(null, []) };
    this.#event = new EventRecord(
      new OrganizationActor(settings, START_MS, silentLogger, null),
      this.#agents.lookup(''),
      this.#languages.lookup(''),
    );
  }

  click(click: ShapeClick): void {
    const event = this.#event;
    this.#nowMs = START_MS + click.atMs;
    event.occurredAtMs = Math.floor(this.#nowMs);
    event.eventId = `evt_${this.#eventNumber++}`;
    event.clickId = click.clickId === '' ? event.eventId : click.clickId;
    event.ip = click.ip;
    event.address.parse(click.ip);
    event.place = this.#places.lookup(event.address);
    event.agent = this.#agents.lookup(click.userAgent);
    event.languageResult = this.#languages.lookup(click.language);
    const isBlocked = this.#guard.assess(event, true);
    const outcome = this.#outcomeOf(click.address);
    outcome.isBlocked ||= isBlocked;
    this.#scored(outcome, event.fraudScore);
    if (click.convertedAfterMs !== null) {
      this.#convert(click.convertedAfterMs, outcome);
    }
  }

  #convert(elapsedMs: number, outcome: Outcome): void {
    if (isQuickConversion(elapsedMs, this.#settings)) {
      const { fraudScore, fraudReasons } = this.#event;
      const click = { fraud_score: fraudScore, fraud_reasons: fraudReasons };
      const { fraud_score } = quickConversionColumns(click, this.#settings);
      this.#scored(outcome, Number(fraud_score));
    }
  }

  #scored(outcome: Outcome, score: number): void {
    outcome.score = Math.max(outcome.score, score);
    outcome.isSuspicious ||= score > SUSPICIOUS_ABOVE;
  }

  /** Remembers the patterns that an alert would name. */
  #detected(detection: Detection): boolean {
    if (detection.confidence > this.#settings.alert_above) {
      const { patterns } = this.#outcomeOf(detection.address);
      for (const { pattern } of detection.patterns) {
        patterns.add(pattern);
      }
    }
    return true;
  }

  #outcomeOf(address: string): Outcome {
    let outcome = this.outcomes.get(address);
    if (outcome === undefined) {
      outcome = { isSuspicious: false, isBlocked: false, score: 0, patterns: new Set() };
      this.outcomes.set(address, outcome);
    }
    return outcome;
  }
}
