/** What does it cost to find the rule of a click, and does it grow with the campaign's rules? */

import { ActorMailbox } from '../../actors/mailbox/actor-mailbox.ts';
import { RequestReader } from '../../actors/mailbox/request-reader.ts';
import { updateBook } from '../../actors/pool/campaign-book.ts';
import { SourceLookup } from '../../actors/worker/enrich/source.ts';
import { EventRecord } from '../../actors/worker/event-record.ts';
import { OrganizationActor } from '../../actors/worker/organization-actor.ts';
import { ACME, SUMMER_SALE, TestThread } from '../../actors/worker/test-thread.ts';
import { VisitorFacts } from '../../actors/worker/visitor-facts.ts';
import { campaignText, type Rule } from '../../core/configuration.ts';
import { compileRules } from '../../core/rules/matcher.ts';
import { effort, measure, nanosecondsPer, sink, timingRow } from './measure.ts';
import { type BenchRow, resultHash, type Size } from './result.ts';
import { clickRequests, sharedGeoBuffers, silentLogger } from './test-requests.ts';

const BENCH = 'matching';
const OPERATIONS = 20_000;
const CLICKS = 256;
const RULES = 1_000;
/** design.md: a campaign of 1,000 rules. */
const BUDGET_NS = 5_000;

export function matching(size: Size): BenchRow[] {
  const thread = new TestThread();
  try {
    const events = decidedClicks(thread);
    return [
      matchRow('mixed rules', 'as people write them', events, rulesOf(mixedRule), size),
      matchRow('one field', 'each of another source', events, rulesOf(sourceRule), size),
      matchRow('no index', 'each of another part of the URL', events, rulesOf(partRule), size),
      matchRow('few rules', 'as people write them', events, rulesOf(mixedRule, 10), size),
      routeRow(thread, events, size),
    ];
  } finally {
    thread.dispose();
  }
}

function matchRow(
  what: string,
  kind: string,
  events: readonly EventRecord[],
  rules: Rule[],
  size: Size,
): BenchRow {
  const matcher = compileRules(rules, { timezone: 'Europe/Berlin' });
  const matches = events.map((event) => matcher.match(event));
  const matched = matches.filter((index) => index >= 0).length;
  const parameters = `${rules.length} rules, ${kind}; ${matched} of ${events.length} clicks match`;
  const row = { bench: BENCH, what, parameters, hash: resultHash(matches.map(String)) };
  // Conditions that only a look at each can decide grow with their number.
  const budgetNs = what === 'no index' ? undefined : BUDGET_NS;
  return timingRow(
    row,
    timed(events, size, (event) => matcher.match(event)),
    budgetNs,
  );
}

/** The whole decision: match, weighted split, cap, destination. */
function routeRow(thread: TestThread, events: readonly EventRecord[], size: Size): BenchRow {
  const rules = rulesOf((index) => ({
    ...mixedRule(index),
    action: {
      type: 'redirect',
      destinations: [1, 2, 3].map((part) => ({
        url: `https://shop.example/${index}/${part}?c={click_id}`,
        weight: part,
      })),
      passthrough: [],
      tags: ['bench'],
    },
    caps: { clicks_per_day: 1_000_000_000, overflow: 'next' },
  }));
  const campaigns = updateBook(null, [campaignText({ ...SUMMER_SALE, rules })]);
  const settings = { number: 0, organization: ACME, campaigns };
  const organization = new OrganizationActor(settings, thread.nowMs, silentLogger, thread.caps);
  const campaign = organization.campaign('summer_sale');
  if (campaign === undefined) {
    throw new Error('the campaign cannot be used');
  }
  const timing = timed(events, size, (event) => {
    campaign.route(event, null, true, false);
    return event.destination.length;
  });
  const parameters = `${rules.length} rules with caps and splits of three`;
  const hash = resultHash(events.map((event) => event.destination));
  return timingRow({ bench: BENCH, what: 'match, split, cap, render', parameters, hash }, timing);
}

function timed(events: readonly EventRecord[], size: Size, decide: (event: EventRecord) => number) {
  const { samples, operations } = effort(size, OPERATIONS);
  const rounds = Math.ceil(operations / events.length);
  return measure(samples, () =>
    nanosecondsPer(rounds * events.length, () => {
      let sum = 0;
      for (let round = 0; round < rounds; round++) {
        for (let index = 0; index < events.length; index++) {
          sum += decide(events[index] as EventRecord);
        }
      }
      sink.value += sum;
    }),
  );
}

function rulesOf(make: (index: number) => Rule, count = RULES): Rule[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function ruleWhere(index: number, conditions: Rule['conditions']): Rule {
  return {
    rule_id: `rule_${index}`,
    type: 'custom',
    priority: index % 7,
    conditions,
    action: {
      type: 'redirect',
      destination: `https://shop.example/${index}?c={click_id}`,
      passthrough: [],
      tags: [],
    },
  };
}

const COUNTRIES = ['US', 'DE', 'FR', 'GB', 'BR', 'IN', 'JP', 'PL', 'CA', 'MX'];
const DEVICES = ['mobile', 'desktop', 'tablet'];

/** A country and a device, then by turns a source, an hour, a parameter or a part of the referer. */
function mixedRule(index: number): Rule {
  const third = [
    {
      field: 'source',
      operator: 'equals',
      value: index % 40 === 0 ? 'facebook' : `partner_${index}`,
    },
    { field: 'hour', operator: 'between', value: [index % 19, (index % 19) + 4] },
    { field: 'param.sub1', operator: 'equals', value: `zone-${index}` },
    { field: 'referer', operator: 'contains', value: `blog-${index}.example` },
  ][index % 4];
  return ruleWhere(index, [
    { field: 'country', operator: 'equals', value: COUNTRIES[index % COUNTRIES.length] ?? '' },
    { field: 'device_type', operator: 'equals', value: DEVICES[index % DEVICES.length] ?? '' },
    { field: 'is_bot', operator: 'equals', value: false },
    ...(third === undefined ? [] : [third]),
  ]);
}

function sourceRule(index: number): Rule {
  return ruleWhere(index, [{ field: 'source', operator: 'equals', value: `partner_${index}` }]);
}

function partRule(index: number): Rule {
  return ruleWhere(index, [{ field: 'referer', operator: 'contains', value: `/page-${index}/` }]);
}

/** Clicks with everything filled in, as they are when they are matched. */
function decidedClicks(thread: TestThread): EventRecord[] {
  const facts = new VisitorFacts(sharedGeoBuffers(), ['127.0.0.0/8']);
  const sources = new SourceLookup(1_000);
  const mailbox = new ActorMailbox(thread.buffer, () => undefined);
  const campaigns = updateBook(null, [campaignText(SUMMER_SALE)]);
  const settings = { number: 0, organization: ACME, campaigns };
  const organization = new OrganizationActor(settings, thread.nowMs, silentLogger, thread.caps);
  return clickRequests(CLICKS).map((sent, index) => {
    const request = new RequestReader(mailbox.memory);
    request.read(thread.submit(sent));
    const event = new EventRecord(
      organization,
      facts.agents.lookup(''),
      facts.languages.lookup(''),
    );
    event.request = request;
    event.query.parse(request.query);
    facts.read(event, request, false);
    event.eventId = `evt_${index.toString(16).padStart(16, '0')}`;
    event.clickId = event.query.get('click_id') ?? '';
    event.occurredAtMs = request.receivedAtMs;
    event.url = request.path;
    event.traffic = sources.resolve(event.query, event.referer, request.header('host'));
    return event;
  });
}
