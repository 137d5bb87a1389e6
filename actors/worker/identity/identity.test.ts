import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hex64 } from './hex.ts';
import { SnowflakeGenerator } from './snowflake.ts';
import { hashText } from './text-hash.ts';
import { Fingerprint, userIdFromCookie } from './visitor.ts';

describe('hex64', () => {
  it('prints signed halves as unsigned hex digits', () => {
    expect(hex64(0x0123abcd, 0x89abcdef | 0)).toBe('0123abcd89abcdef');
    expect(hex64(-1, -1)).toBe('f'.repeat(16));
    expect(hex64(0, 5)).toBe('0000000000000005');
  });
});

describe('ids', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'trellis-ids-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  let nowMs = 1_800_000_000_000;
  const generator = (node: number, thread: number) =>
    new SnowflakeGenerator({
      node,
      thread,
      leaseFile: join(directory, `${node}-${thread}`),
      clock: { nowMs: () => nowMs },
    });
  const take = (from: SnowflakeGenerator, count: number, into: Set<string>) => {
    for (let index = 0; index < count; index++) {
      from.next();
      into.add(hex64(from.high, from.low));
    }
  };

  it('never collide between nodes, threads and restarts, nor when the clock steps back', () => {
    const ids = new Set<string>();
    for (const [node, thread] of [
      [0, 0],
      [0, 63],
      [63, 0],
      [63, 63],
    ] as const) {
      nowMs = 1_800_000_000_000;
      for (let restart = 0; restart < 5; restart++) {
        take(generator(node, thread), 3_000, ids);
        nowMs -= 1_500;
      }
    }
    expect(ids.size).toBe(4 * 5 * 3_000);
  });

  it('grow with time', () => {
    const from = generator(1, 1);
    const all: string[] = [];
    for (let index = 0; index < 5_000; index++) {
      nowMs += index % 3;
      from.next();
      all.push(hex64(from.high, from.low));
    }
    expect(all).toEqual([...all].sort());
  });
});

describe('the visitor cookie', () => {
  const id = 'usr_0123456789abcdef';
  it.each([
    [`trl_uid=${id}`, id],
    [`a=b; trl_uid=${id}; c=d`, id],
    [`a=b;trl_uid=${id};c=d`, id],
    [`xtrl_uid=${id}`, ''],
    [`xtrl_uid=usr_aaaaaaaaaaaaaaaa; trl_uid=${id}`, id],
    [`trl_uid=${id}0`, ''],
    ['trl_uid=usr_0123456789ABCDEF', ''],
    ['trl_uid=', ''],
    ['', ''],
  ])('%s gives %j', (cookies, expected) => {
    expect(userIdFromCookie(cookies)).toBe(expected);
  });
});

describe('the fingerprint', () => {
  const fingerprint = new Fingerprint();
  const idOf = (organization: string, ip: string, userAgent: string, languages: string) => {
    fingerprint.take(hashText(organization), ip, hashText(userAgent), hashText(languages));
    return fingerprint.userId();
  };

  it('is the same for the same visitor and differs with each part, also where parts meet', () => {
    const id = idOf('org_a', '203.0.113.7', 'Mozilla/5.0', 'en-US');
    expect(id).toMatch(/^usr_[0-9a-f]{16}$/);
    expect(idOf('org_a', '203.0.113.7', 'Mozilla/5.0', 'en-US')).toBe(id);
    for (const other of [
      idOf('org_b', '203.0.113.7', 'Mozilla/5.0', 'en-US'),
      idOf('org_a', '203.0.113.8', 'Mozilla/5.0', 'en-US'),
      idOf('org_a', '203.0.113.7', 'Mozilla/5.1', 'en-US'),
      idOf('org_a', '203.0.113.7', 'Mozilla/5.0', 'en-GB'),
      idOf('org_a', '203.0.113.7', 'en-US', 'Mozilla/5.0'),
      idOf('org_a', '203.0.113.7M', 'ozilla/5.0', 'en-US'),
    ]) {
      expect(other).not.toBe(id);
    }
  });

  it('has no collision in 200,000 neighbouring visitors, in either half', () => {
    const high = new Set<string>();
    const whole = new Set<string>();
    for (let a = 0; a < 200; a++) {
      for (let b = 0; b < 1000; b++) {
        const id = idOf('org', `10.0.${a}.${b}`, 'Mozilla/5.0 (iPhone)', 'en');
        whole.add(id);
        high.add(id.slice(4, 12));
      }
    }
    expect(whole.size).toBe(200_000);
    // By the birthday bound 200,000 values of 32 random bits have about 4.7 collisions.
    expect(high.size).toBeGreaterThan(200_000 - 30);
  });
});
