/** What does it cost to judge a click, with few and with a million addresses, and what to remember one? */

import { createActorCountersBuffer, openActorCounters } from '../../actors/pool/actor-counters.ts';
import { updateBook } from '../../actors/pool/campaign-book.ts';
import { LanguageLookup } from '../../actors/worker/enrich/language.ts';
import { UserAgentLookup, type UserAgentResult } from '../../actors/worker/enrich/user-agent.ts';
import { EventRecord } from '../../actors/worker/event-record.ts';
import { AddressKey } from '../../actors/worker/fraud/address-key.ts';
import { AddressWindows } from '../../actors/worker/fraud/address-windows.ts';
import { loadDataCentreBuffers } from '../../actors/worker/fraud/signals/signals.ts';
import { ThreadFraud } from '../../actors/worker/fraud/thread-fraud.ts';
import { OrganizationActor } from '../../actors/worker/organization-actor.ts';
import { ACME } from '../../actors/worker/test-thread.ts';
import { DEFAULT_FRAUD_SETTINGS } from '../../core/fraud/settings.ts';
import { IpAddress } from '../../core/rules/address/ip-address.ts';
import { makeVisits } from '../load/traffic.ts';
import { effort, measure, nanosecondsPer, sink, timingRow } from './measure.ts';
import { atMost, type BenchRow, resultHash, type Size } from './result.ts';
import { silentLogger } from './test-requests.ts';

const BENCH = 'fraud';
const OPERATIONS = 20_000;
const NOW_MS = 1_718_447_445_123;
const BUDGET_NS = 1_000;
const BYTES_PER_ADDRESS_MAX = 64;
const AGENTS = 500;

export function fraud(size: Size): BenchRow[] {
  const many = size === 'full' ? 1_000_000 : 2_000;
  return [
    // Each address has a few clicks an hour.
    new Judge(5_000, 120).row(size),
    new Judge(many, 1).row(size),
    // The same few addresses, over and over: each has a full record.
    new Judge(200, 10).row(size),
    new Judge(5_000, 120, false).row(size),
    ...memory(many),
  ];
}

/** Judges clicks of some addresses in turn. */
class Judge {
  readonly #fraud: ThreadFraud;
  readonly #event: EventRecord;
  readonly #agents: UserAgentResult[];
  readonly #addresses: number;
  readonly #intervalMs: number;
  readonly #isEnabled: boolean;
  #next = 0;

  constructor(addresses: number, intervalMs: number, isEnabled = true) {
    this.#addresses = addresses;
    this.#intervalMs = intervalMs;
    this.#isEnabled = isEnabled;
    // Blocks only at certainty: what is measured is judging, not refusing.
    const settings = { ...DEFAULT_FRAUD_SETTINGS, enabled: isEnabled, block_above: 1 };
    const organization = new OrganizationActor(
      { number: 0, organization: { ...ACME, fraud: settings }, campaigns: updateBook(null, []) },
      NOW_MS,
      silentLogger,
      null,
    );
    const lookup = new UserAgentLookup(20_000);
    const languages = new LanguageLookup(10);
    this.#agents = makeVisits(AGENTS).map(({ headers }) =>
      lookup.lookup(headers['user-agent'] ?? ''),
    );
    this.#event = new EventRecord(organization, lookup.lookup(''), languages.lookup('de'));
    this.#fraud = new ThreadFraud({
      dataCentres: loadDataCentreBuffers(),
      clock: { nowMs: () => NOW_MS },
      counters: openActorCounters(createActorCountersBuffer()),
      send: () => undefined,
    });
  }

  row(size: Size): BenchRow {
    const { samples, operations } = effort(size, OPERATIONS);
    // Until all addresses are remembered, and the code is compiled for what it meets.
    for (let count = Math.max(this.#addresses, 5 * operations); count > 0; count -= operations) {
      this.#judge(operations);
    }
    const timing = measure(samples, () => this.#judge(operations));
    const what = this.#isEnabled ? 'judge a click' : 'judge a click, turned off';
    const parameters = `${this.#addresses} addresses in turn, ${AGENTS} visitors’ agents`;
    const { size: remembered, stats } = this.#fraud.windows;
    const hash = resultHash([`${remembered} ${stats.clicks}`]);
    return timingRow({ bench: BENCH, what, parameters, hash }, timing, BUDGET_NS);
  }

  #judge(operations: number): number {
    const event = this.#event;
    const first = this.#next;
    this.#next += operations;
    event.address.family = 4;
    return nanosecondsPer(operations, () => {
      let sum = 0;
      for (let index = 0; index < operations; index++) {
        // Parsing is a part of finding the client's address; see enrich.ts.
        event.address.v4 = addressNumber(Math.imul(first + index, 7) % this.#addresses);
        event.agent = this.#agents[(first + index) % AGENTS] as UserAgentResult;
        event.occurredAtMs = NOW_MS + (first + index) * this.#intervalMs;
        this.#fraud.guard.assess(event, true);
        sum += event.fraudScore;
      }
      this.#fraud.flush();
      sink.value += sum;
    });
  }
}

function memory(addresses: number): BenchRow[] {
  const key = new AddressKey();
  const parsed = new IpAddress();
  parsed.family = 4;
  const before = process.memoryUsage().rss;
  const windows = new AddressWindows();
  for (let address = 0; address < addresses; address++) {
    parsed.v4 = addressNumber(address);
    key.take(parsed);
    windows.note(0, key, address % AGENTS, -1, false, NOW_MS + address);
  }
  const bytes = (process.memoryUsage().rss - before) / windows.size;
  const goal = addresses < 100_000 ? {} : { goal: atMost(BYTES_PER_ADDRESS_MAX, bytes, 'B') };
  const parameters = `${addresses} addresses of one click each`;
  return [
    { bench: BENCH, what: 'memory per address', parameters, value: bytes, unit: 'B', ...goal },
  ];
}

/** From 11.0.0.0 on. */
function addressNumber(number: number): number {
  return 11 * 2 ** 24 + Math.abs(number);
}
