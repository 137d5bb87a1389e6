import { describe, expect, test } from 'vitest';
import { USER_AGENTS } from '../../enrich/user-agent.fixtures.ts';
import { AGENT_EMPTY, AGENT_IMPOSSIBLE, AgentFaults } from './agent-faults.ts';

const faults = new AgentFaults(100);

describe('nothing is wrong with', () => {
  test.each(USER_AGENTS.map(([, userAgent]) => userAgent).filter((agent) => agent !== ''))(
    '%s',
    (userAgent) => {
      expect(faults.of(userAgent)).toBe(0);
    },
  );

  test.each([
    [
      'Windows Phone, which names Android and iPhone',
      'Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/52.0.2743.116 Mobile Safari/537.36 Edge/15.15063',
    ],
    [
      'Internet Explorer on Windows Phone',
      'Mozilla/5.0 (Mobile; Windows Phone 8.1; Android 4.0; ARM; Trident/7.0; Touch; rv:11.0; IEMobile/11.0; NOKIA; Lumia 520) like iPhone OS 7_0_3 Mac OS X AppleWebKit/537 (KHTML, like Gecko) Mobile Safari/537',
    ],
    [
      'Jolla, which is like Android',
      'Mozilla/5.0 (Maemo; Linux; U; Jolla; Sailfish; like Android; Mobile; rv:31.0) Gecko/31.0 Firefox/31.0 SailfishBrowser/1.0',
    ],
    [
      'an iPad that asks for the desktop page',
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126 Version/17.5 Safari/605.1.15',
    ],
    [
      'an app that names the device behind',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBDV/iPhone14,5;FBSN/iOS] (Windows, not)',
    ],
    [
      'Safari for Windows of its time',
      'Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/534.57.2 (KHTML, like Gecko) Version/5.1.7 Safari/534.57.2',
    ],
    [
      'Firefox while its engine stayed at 109',
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:109.0) Gecko/20100101 Firefox/115.0',
    ],
    [
      'old Firefox with the version of its engine',
      'Mozilla/5.0 (Windows; U; Windows NT 5.1; en-US; rv:1.9.2.13) Gecko/20101203 Firefox/3.6.13',
    ],
    [
      'Basilisk',
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:4.8) Goanna/20210817 Gecko/20100101 Firefox/68.0 Basilisk/2021',
    ],
    [
      'WebView on Android',
      'Mozilla/5.0 (Linux; Android 13; SM-S908E Build/TP1A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.0.0 Mobile Safari/537.36',
    ],
    [
      'Opera Mini',
      'Opera/9.80 (Android; Opera Mini/36.2.2254/191.249; U; en) Presto/2.12.423 Version/12.16',
    ],
    [
      'Firefox on Android before Android was named',
      'Mozilla/5.0 (Android; Mobile; rv:40.0) Gecko/40.0 Firefox/40.0',
    ],
    [
      'DeX, a phone on a screen',
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Safari/537.36',
    ],
    [
      'one that says what it only resembles',
      'Mozilla/5.0 (Linux; Tizen 2.3; SAMSUNG SM-Z130H; like Android; like iPhone) AppleWebKit/537.3 (KHTML, like Gecko) Mobile Safari/537.3',
    ],
    ['a script', 'curl/8.5.0'],
    ['a word', 'Windowsill'],
  ])('%s', (_what, userAgent) => {
    expect(faults.of(userAgent)).toBe(0);
  });
});

describe('impossible is', () => {
  test.each([
    [
      'Windows on Android',
      'Mozilla/5.0 (Windows NT 10.0; Android 13; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36',
    ],
    [
      'an iPhone with Android',
      'Mozilla/5.0 (iPhone; Android 12; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
    ],
    [
      'a Mac with Windows',
      'Mozilla/5.0 (Macintosh; Windows NT 10.0; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
    ],
    [
      'Chrome that is not CriOS on an iPhone',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36',
    ],
    [
      'Internet Explorer on Android',
      'Mozilla/5.0 (Linux; Android 13; Trident/7.0; rv:11.0) like Gecko',
    ],
    [
      'Safari 17 on Windows',
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15',
    ],
    [
      'Edge without Chromium',
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Safari/537.36 Edg/126.0.0.0',
    ],
    [
      'Windows 11 by its name',
      'Mozilla/5.0 (Windows NT 11.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
    ],
    [
      'Firefox of two versions',
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:102.0) Gecko/20100101 Firefox/127.0',
    ],
  ])('%s', (_what, userAgent) => {
    expect(faults.of(userAgent)).toBe(AGENT_IMPOSSIBLE);
  });
});

test.each([
  '',
  ' ',
  '-',
  '""',
  '""\'\'',
  'null',
  '(null)',
  'undefined',
  'Unknown',
  'n/a',
  'Mozilla',
  'Mozilla/5.0',
  'User-Agent',
])('empty is %j', (userAgent) => {
  expect(faults.of(userAgent)).toBe(AGENT_EMPTY);
});

test('the answer is the same from memory, also when more were seen than are kept', () => {
  const small = new AgentFaults(2);
  const agents = ['-', 'curl/8.5.0', 'Mozilla/5.0 (Windows NT 11.0)', 'null'];
  const expected = [AGENT_EMPTY, 0, AGENT_IMPOSSIBLE, AGENT_EMPTY];
  for (let round = 0; round < 3; round += 1) {
    expect(agents.map((agent) => small.of(agent))).toEqual(expected);
  }
});

test('a long or malicious text is judged in no time', () => {
  const texts = [
    '('.repeat(1024),
    `(${';'.repeat(1023)}`,
    'Version/'.repeat(128),
    ' '.repeat(1024),
    'rv:1'.repeat(256),
  ];
  const startedAtMs = performance.now();
  for (const text of texts) faults.of(text);
  expect(performance.now() - startedAtMs).toBeLessThan(100);
});
