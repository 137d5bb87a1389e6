import { describe, expect, test } from 'vitest';
import { LanguageMismatch } from './language-mismatch.ts';

const mismatch = new LanguageMismatch(100);

describe('no mismatch is', () => {
  test.each([
    ['the language of the country', 'de-DE', 'DE'],
    ['English, wherever', 'en-US', 'VN'],
    ['English of another country', 'en-IN', 'BO'],
    ['one of several languages: French in Switzerland', 'fr-CH', 'CH'],
    ['one of several languages: German in Belgium', 'de', 'BE'],
    ['one of several languages: Tamil in Singapore', 'ta', 'SG'],
    ['one of several languages: Chinese in Malaysia', 'zh-CN', 'MY'],
    ['one of several languages: French in Cameroon', 'fr-FR', 'CM'],
    ['one of several languages: Russian in Kazakhstan', 'ru-RU', 'KZ'],
    ['one of several languages: Portuguese in Angola', 'pt-PT', 'AO'],
    ['a minority: Turkish in Germany', 'tr-TR', 'DE'],
    ['a minority: Hungarian in Romania', 'hu-HU', 'RO'],
    ['a minority: Spanish in the USA', 'es-MX', 'US'],
    ['a minority: Vietnamese in the USA', 'vi-VN', 'US'],
    ['a minority: Japanese in Brazil', 'ja-JP', 'BR'],
    ['a minority: Hindi on Mauritius', 'hi', 'MU'],
    ['workers: Bengali in Qatar', 'bn-BD', 'QA'],
    ['workers: Filipino in Saudi Arabia', 'fil-PH', 'SA'],
    ['refugees: Ukrainian in Poland', 'uk-UA', 'PL'],
    ['neighbours: Polish in Ukraine', 'pl', 'UA'],
    ['on holiday: German on Bali', 'de-DE', 'ID'],
    ['on holiday: Russian in Thailand', 'ru', 'TH'],
    ['on holiday: Japanese in Peru', 'ja-JP', 'PE'],
    ['on holiday: Chinese in Egypt', 'zh-CN', 'EG'],
    ['on holiday: Swedish in Kenya', 'sv-SE', 'KE'],
    ['on holiday: Hebrew in Nepal', 'he-IL', 'NP'],
    ['an unknown language', 'eo', 'NG'],
    ['no language', '', 'NG'],
    ['an unknown country', 'vi-VN', ''],
    ['a region that is the country', 'vi-NG', 'NG'],
  ])('%s', (_what, language, country) => {
    expect(mismatch.has(language, country)).toBe(false);
  });
});

describe('a mismatch is', () => {
  test.each([
    ['vi-VN', 'NG'],
    ['vi', 'BR'],
    ['id-ID', 'PY'],
    ['th-TH', 'CM'],
    ['bn-BD', 'BO'],
    ['ru-RU', 'GH'],
    ['uk-UA', 'NG'],
    ['zh-CN', 'BO'],
    ['ko-KR', 'DZ'],
    ['de-DE', 'BD'],
    ['pt-BR', 'PK'],
    ['tr-TR', 'NG'],
  ])('%s in %s', (language, country) => {
    expect(mismatch.has(language, country)).toBe(true);
    expect(mismatch.has(language, country)).toBe(true);
  });
});
