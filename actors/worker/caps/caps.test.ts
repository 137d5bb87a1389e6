import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Caps, Rule } from '../../../core/configuration.ts';
import { createLogger } from '../../../core/logger.ts';
import { REQUEST_KIND } from '../../mailbox/layout.ts';
import type { CapCount } from '../../pool/messages.ts';
import { SUMMER_SALE, TestThread } from '../test-thread.ts';
import { CapFile } from './cap-file.ts';

const HOUR_MS = 3_600_000;
const CHROME = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/125.0.0.0 Safari/537.36';

let actor: TestThread;
beforeEach(() => {
  actor = new TestThread();
  actor.nowMs = Date.parse('2024-06-15T10:00:00Z');
});
afterEach(() => actor.dispose());

function capped(caps: Partial<Caps>, ruleId = 'capped', priority = 1): Rule {
  return {
    rule_id: ruleId,
    type: 'custom',
    priority,
    conditions: [],
    action: {
      type: 'redirect',
      destination: `https://shop.example/${ruleId}`,
      passthrough: [],
      tags: [],
    },
    caps: { overflow: 'next', ...caps },
  };
}

const configure = (...rules: Rule[]) => actor.configure({ ...SUMMER_SALE, rules });

/** Where a click is sent: the last part of its destination's path. */
function click(userAgent = CHROME): string {
  const reply = actor.answer(request(userAgent));
  return new URL(reply.head.split('\r\n')[0] ?? '').pathname.slice(1);
}

function request(userAgent = CHROME) {
  const headers = { 'user-agent': userAgent };
  return { kind: REQUEST_KIND.click, path: '/in/summer_sale', query: '', headers };
}

const clicks = (count: number) => Array.from({ length: count }, () => click());

it('above the cap clicks go to the next rule, the default action or another URL', () => {
  configure(capped({ clicks_per_day: 2 }), capped({ clicks_per_day: 1 }, 'next', 0));
  expect(clicks(4)).toEqual(['capped', 'capped', 'next', 'summer-sale']);
  configure(capped({ clicks_per_day: 1, overflow: 'default' }, 'a'), capped({}, 'next', 0));
  expect(clicks(2)).toEqual(['a', 'summer-sale']);
  const url = 'https://shop.example/full?of={campaign_id}';
  configure(capped({ clicks_per_day: 1, overflow: { url } }, 'b'), capped({}, 'next', 0));
  expect(clicks(2)).toEqual(['b', 'full']);
});

it('bots are sent by a capped rule and take none of its room', () => {
  configure(capped({ clicks_per_day: 1 }));
  expect(click('Googlebot/2.1 (+http://www.google.com/bot.html)')).toBe('capped');
  expect(clicks(2)).toEqual(['capped', 'summer-sale']);
  expect(click('Googlebot/2.1 (+http://www.google.com/bot.html)')).toBe('summer-sale');
});

it('a changed campaign keeps its counts', () => {
  configure(capped({ clicks_per_day: 2 }));
  clicks(2);
  configure(capped({ clicks_per_day: 3 }));
  expect(clicks(2)).toEqual(['capped', 'summer-sale']);
});

it.each([
  ['2024-03-31T00:30:00+01:00', 'Europe/Berlin', 22.4, 22.6],
  ['2024-10-27T00:30:00+02:00', 'Europe/Berlin', 24.4, 24.6],
  ['2024-06-15T00:30:00Z', 'UTC', 23.4, 23.6],
])(
  'the day that begins before %s in %s ends after its own number of hours',
  (start, timezone, within, after) => {
    actor.nowMs = Date.parse(start);
    configure(capped({ clicks_per_day: 1, timezone }));
    expect(clicks(2)).toEqual(['capped', 'summer-sale']);
    actor.nowMs = Date.parse(start) + within * HOUR_MS;
    expect(click()).toBe('summer-sale');
    actor.nowMs = Date.parse(start) + after * HOUR_MS;
    expect(clicks(2)).toEqual(['capped', 'summer-sale']);
  },
);

it('without a time zone of its own a cap has the day of its campaign', () => {
  actor.nowMs = Date.parse('2024-06-15T21:30:00Z');
  actor.configure({
    ...SUMMER_SALE,
    timezone: 'Europe/Berlin',
    rules: [capped({ clicks_per_day: 1 })],
  });
  expect(clicks(2)).toEqual(['capped', 'summer-sale']);
  actor.nowMs += HOUR_MS;
  expect(click()).toBe('capped');
});

it('counts are exact over crashes, wherever the log was', () => {
  let counted = 0;
  actor.segmentRecordsMax = 7;
  actor.restart();
  for (let life = 0; life < 12; life++) {
    configure(capped({ clicks_per_day: 1_000_000 }));
    for (let batch = 0; batch < 5; batch++) {
      for (let index = 0; index < 1 + ((life * 5 + batch) % 4); index++) {
        actor.submit(request());
        counted++;
      }
      actor.thread.serveBatch();
      actor.replies();
      actor.nowMs += 400;
      if (batch < life % 6) {
        // Seals what is a second old; what the syncer does with it is another matter.
        actor.clickLog.tick();
      }
      if (life % 3 === 0) {
        actor.syncer.run();
      }
    }
    if (life % 2 === 0) {
      actor.syncer.run();
    }
    actor.restart();
    configure(capped({ clicks_per_day: counted + 1 }));
    expect(clicks(2)).toEqual(['capped', 'summer-sale']);
    counted++;
  }
});

it('a click that a dead thread had written is not counted again by its successor', () => {
  configure(capped({ clicks_per_day: 2 }));
  actor.submit(request());
  // The thread takes and records the click, and dies before anybody reads its reply.
  actor.mailbox.flush = () => undefined;
  actor.thread.serveBatch();
  actor.restart();
  configure(capped({ clicks_per_day: 2 }));
  actor.thread.serveOrphans();
  actor.replies();
  expect(clicks(2)).toEqual(['capped', 'summer-sale']);
});

it('a rule that moved here from another shard brings its count', () => {
  const folder = join(actor.folder, 'cap-counts');
  const other = new CapFile(folder, 7, createLogger('test', 'silent'));
  const day = {
    dayStartMs: Date.parse('2024-06-15T00:00:00Z'),
    dayEndMs: Date.parse('2024-06-16T00:00:00Z'),
  };
  other.write('org_acmecorp\nsummer_sale\ncapped', -1, day, 5);
  other.close();
  actor.restart();
  configure(capped({ clicks_per_day: 6 }));
  expect(clicks(2)).toEqual(['capped', 'summer-sale']);
  expect(readdirSync(folder).sort()).toEqual(['0.counts', '7.counts']);
});

it('what other nodes and conversions add is counted in on its day', () => {
  const told = (changes: Partial<CapCount>): CapCount => ({
    organizationId: 'org_acmecorp',
    campaignId: 'summer_sale',
    ruleId: 'capped',
    timezone: 'UTC',
    dayStartMs: Date.parse('2024-06-15T00:00:00Z'),
    clicksHere: 0,
    clicksElsewhere: 0,
    conversions: 0,
    ...changes,
  });
  configure(capped({ clicks_per_day: 10, conversions_per_day: 3 }));
  expect(click()).toBe('capped');
  actor.caps.applyCounts([told({ clicksElsewhere: 8 })]);
  expect(clicks(2)).toEqual(['capped', 'summer-sale']);
  actor.caps.applyCounts([told({ clicksElsewhere: 0, conversions: 2 })]);
  expect(click()).toBe('capped');
  actor.caps.applyCounts([told({ conversions: 3 })]);
  expect(click()).toBe('summer-sale');
  // Counts of a day that is over change nothing.
  actor.caps.applyCounts([told({ dayStartMs: Date.parse('2024-06-14T00:00:00Z') })]);
  expect(click()).toBe('summer-sale');
  actor.caps.applyCounts([told({ clicksHere: 9 })]);
  expect(clicks(2)).toEqual(['capped', 'summer-sale']);
});
