import { expect, test } from 'vitest';
import { FRAUD_SIGNALS, type FraudSignal } from '../../../../core/fraud/detection.ts';
import { addressOf } from '../../../../core/rules/address/ip-address.ts';
import { UNKNOWN_PLACE } from '../../enrich/geo.ts';
import { LanguageLookup } from '../../enrich/language.ts';
import { asBot, UserAgentLookup } from '../../enrich/user-agent.ts';
import { FraudSignals, loadDataCentreBuffers } from './signals.ts';

const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';
const signals = new FraudSignals(loadDataCentreBuffers());
const agents = new UserAgentLookup(100);
const languages = new LanguageLookup(100);

type Click = { ip?: string; userAgent?: string; language?: string; country?: string; head?: true };

function signalsOf(click: Click): FraudSignal[] {
  const {
    ip = '73.0.0.1',
    userAgent = CHROME,
    language = 'en-US,en;q=0.9',
    country = 'US',
  } = click;
  const agent = agents.lookup(userAgent);
  const into: FraudSignal[] = [];
  signals.of(
    {
      address: addressOf(ip),
      agent: click.head === undefined ? agent : asBot(agent, 'head_request'),
      languageResult: languages.lookup(language),
      place: { ...UNKNOWN_PLACE, country },
    },
    into,
  );
  return into;
}

test("a person's click has none", () => {
  expect(signalsOf({})).toEqual([]);
});

test.each<[string, Click, FraudSignal[]]>([
  ['a declared bot', { userAgent: 'Googlebot/2.1 (+http://www.google.com/bot.html)' }, ['bot']],
  ['a HEAD request', { head: true }, ['bot']],
  ['no user agent, which is one fact', { userAgent: '' }, ['empty_agent']],
  ['a user agent without content', { userAgent: '-' }, ['empty_agent']],
  ['a server of IPv4', { ip: '95.216.0.1' }, ['data_centre']],
  ['a server of IPv6', { ip: '2a01:4f8::1' }, ['data_centre']],
  ['an impossible browser', { userAgent: CHROME.replace('10.0', '11.0') }, ['impossible_agent']],
  [
    'an odd language',
    { language: 'vi-VN,vi;q=0.9,en;q=0.1', country: 'NG' },
    ['language_mismatch'],
  ],
])('%s is told', (_what, click, expected) => {
  expect(signalsOf(click)).toEqual(expected);
});

test('only the best language counts', () => {
  expect(signalsOf({ language: 'en,vi;q=0.9', country: 'NG' })).toEqual([]);
});

test('several come in their fixed order, after what the caller has', () => {
  const found = signalsOf({
    ip: '95.216.0.1',
    userAgent: 'Mozilla/5.0 (Windows NT 11.0) Googlebot/2.1',
    language: 'vi',
    country: 'NG',
  });
  expect(found).toEqual(['bot', 'data_centre', 'impossible_agent', 'language_mismatch']);
  expect(found).toEqual(FRAUD_SIGNALS.filter((signal) => found.includes(signal)));
});
