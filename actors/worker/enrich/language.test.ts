import { describe, expect, test } from 'vitest';
import { LanguageLookup } from './language.ts';

describe('LanguageLookup', () => {
  const languages = new LanguageLookup(100);

  test.each([
    ['en-US,en;q=0.9', 'en-US'],
    ['EN-us', 'en-US'],
    ['de', 'de'],
    ['de-de, en;q=0.5', 'de-DE'],
    ['fr;q=0.3, it;q=0.8, es;q=0.8', 'it'],
    ['en;q=0, de;q=0.1', 'de'],
    ['zh-Hant-TW', 'zh-TW'],
    ['zh_CN', 'zh-CN'],
    ['es-419,es;q=0.9', 'es-419'],
    ['sr-Latn-RS', 'sr-RS'],
    ['*, nl;q=0.4', 'nl'],
    ['nl ; q = 0.4', 'nl'],
    ['', ''],
    ['*', ''],
    [';;;,,,===', ''],
    ['<script>alert(1)</script>', ''],
    ['e', ''],
    ['en;q=1.5', ''],
    ['en;q=...', ''],
    ['a'.repeat(10_000), ''],
    [`en-US,${'x'.repeat(10_000)}`, 'en-US'],
  ])('%.40s gives %j', (header, expected) => {
    const first = languages.lookup(header);
    expect(first.language).toBe(expected);
    expect(languages.lookup(header)).toBe(first);
    expect(Buffer.from(first.encoded).toString('latin1')).toBe(
      String.fromCharCode(expected.length) + expected,
    );
  });
});
