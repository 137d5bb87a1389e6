import { describe, expect, test } from 'vitest';
import { USER_AGENTS } from './user-agent.fixtures.ts';
import {
  asBot,
  USER_AGENT_BYTES_MAX,
  UserAgentLookup,
  type UserAgentResult,
} from './user-agent.ts';

const lookup = new UserAgentLookup(1000);

/** Reads back what was encoded. */
function decode(encoded: Uint8Array): unknown[] {
  const bytes = Buffer.from(encoded);
  let offset = 0;
  const byte = () => bytes[offset++] ?? Number.NaN;
  const text = () => {
    let length = 0;
    let shift = 0;
    let next = byte();
    for (; next > 127; next = byte()) {
      length |= (next & 127) << shift;
      shift += 7;
    }
    length |= next << shift;
    offset += length;
    return bytes.toString('utf8', offset - length, offset);
  };
  const columns = [text(), text(), text(), text(), text(), text(), byte(), text()];
  expect(offset).toBe(bytes.length);
  return columns;
}

function columnsOf(result: UserAgentResult): unknown[] {
  const { userAgent, deviceType, os, osVersion, browser, browserVersion } = result;
  const bot = result.isBot ? 1 : 0;
  return [userAgent, deviceType, os, osVersion, browser, browserVersion, bot, result.botReason];
}

describe('UserAgentLookup', () => {
  test.each(USER_AGENTS)('%s: %s', (expected, userAgent) => {
    const result = lookup.lookup(userAgent);
    const { deviceType, os, osVersion, browser, browserVersion } = result;
    expect([deviceType, os, osVersion, browser, browserVersion].join(' | ')).toBe(expected);
    expect(result.isBot).toBe(deviceType === 'bot');
    expect(result.botReason).toBe(deviceType === 'bot' ? 'user_agent' : '');
    expect(decode(result.encoded)).toEqual(columnsOf(result));
    expect(lookup.lookup(userAgent)).toBe(result);
  });

  test('a visitor without user agent is a bot', () => {
    const result = lookup.lookup('');
    expect([result.deviceType, result.isBot, result.botReason]).toEqual([
      'bot',
      true,
      'empty_user_agent',
    ]);
  });

  test.each([
    ['ASCII', 'a'.repeat(5000), 1024],
    ['characters of three bytes', '€'.repeat(2000), 1023],
    ['characters of four bytes', '😀'.repeat(2000), 1024],
    ['characters of four bytes at an odd place', `a${'😀'.repeat(2000)}`, 1021],
    ['halves of surrogate pairs', '\ud800'.repeat(2000), 1023],
  ])('a long one of %s is cut at a character', (_, userAgent, bytes) => {
    const result = lookup.lookup(`${userAgent}`);
    expect(Buffer.byteLength(result.userAgent)).toBe(bytes);
    expect(bytes).toBeLessThanOrEqual(USER_AGENT_BYTES_MAX);
    expect(decode(result.encoded)).toEqual(columnsOf(result));
  });

  test('one of exactly the limit stays whole', () => {
    const userAgent = 'a'.repeat(USER_AGENT_BYTES_MAX);
    expect(lookup.lookup(userAgent).userAgent).toBe(userAgent);
  });

  test('any text gives bounded names', () => {
    let state = 11;
    for (let i = 0; i < 2_000; i++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const whole = USER_AGENTS[state % USER_AGENTS.length]?.[1] ?? '';
      const at = (state >>> 8) % whole.length;
      const damaged = `${whole.slice(at)}\0\u{1f600};${whole.slice(0, at)}`.replaceAll('/', '9');
      const result = lookup.lookup(i % 2 === 0 ? damaged : whole.slice(at));
      const { os, osVersion, browser, browserVersion } = result;
      expect(Math.max(os.length, browser.length)).toBeLessThan(40);
      expect(Math.max(osVersion.length, browserVersion.length)).toBeLessThanOrEqual(24);
    }
  });

  test('a browser can count as a bot for another reason', () => {
    const browser = lookup.lookup(USER_AGENTS[0]?.[1] ?? '');
    const bot = asBot(browser, 'head_request');
    expect(decode(bot.encoded)).toEqual([...columnsOf(browser).slice(0, 6), 1, 'head_request']);
    expect(browser.isBot).toBe(false);
  });
});
