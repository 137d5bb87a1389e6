// HOT PATH: once per click; ≤ 350 ns, no allocation for user agents and languages seen lately.
// Guarded by bench/micro/fraud.ts, with the rest of what judges a click.
import type { FraudSignal } from '../../../../core/fraud/detection.ts';
import type { EventRecord } from '../../event-record.ts';
import { AGENT_EMPTY, AGENT_IMPOSSIBLE, AgentFaults } from './agent-faults.ts';
import type { DataCentreBuffers } from './data-centre-buffers.ts';
import { DataCentres } from './data-centres.ts';
import { LanguageMismatch } from './language-mismatch.ts';

export { type DataCentreBuffers, loadDataCentreBuffers } from './data-centre-buffers.ts';

/** What the signals look at. */
type ClickFacts = Pick<EventRecord, 'address' | 'place' | 'agent' | 'languageResult'>;

const USER_AGENTS_MAX = 20_000;
const LANGUAGES_MAX = 1_000;

/**
 * What a single click shows that people seldom show. Each raises the click's score by its weight, and
 * none blocks. One per thread; it holds nothing that belongs to an organisation.
 */
export class FraudSignals {
  readonly #dataCentres: DataCentres;
  readonly #agents = new AgentFaults(USER_AGENTS_MAX);
  readonly #languages = new LanguageMismatch(LANGUAGES_MAX);

  constructor(dataCentres: DataCentreBuffers) {
    this.#dataCentres = new DataCentres(dataCentres);
  }

  /**
   * Appends the click's signals, in the order of FRAUD_SIGNALS. `quick_conversion` is no click's: the
   * ledger gives it to conversions.
   *
   * @param event with address, place, user agent and language filled in
   * @param into the caller empties it
   */
  of(event: ClickFacts, into: FraudSignal[]): void {
    const agent = event.agent;
    const faults = this.#agents.of(agent.userAgent);
    // An empty user agent makes a bot as well; that is one fact, not two.
    if (agent.isBot && (faults & AGENT_EMPTY) === 0) {
      into.push('bot');
    }
    if (this.#dataCentres.has(event.address)) {
      into.push('data_centre');
    }
    if ((faults & AGENT_EMPTY) !== 0) {
      into.push('empty_agent');
    }
    if ((faults & AGENT_IMPOSSIBLE) !== 0) {
      into.push('impossible_agent');
    }
    if (this.#languages.has(event.languageResult.language, event.place.country)) {
      into.push('language_mismatch');
    }
  }
}
