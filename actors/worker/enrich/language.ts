// HOT PATH: once per click; ≤ 60 ns for a header that was seen lately, about 1 µs for a new one.
// Guarded by bench/micro/enrich.
import { hashText, type TextHash } from '../identity/text-hash.ts';
import { encodeStrings } from './row-binary-strings.ts';
import { ownedCopy, TwoGenerationCache } from './two-generation-cache.ts';

/** Shared between clicks: do not change. */
export type LanguageResult = {
  /** `en`, `en-US`, `es-419`; '' when the visitor named none. At most 8 + 1 + 3 characters. */
  readonly language: string;
  /** RowBinary of the language. */
  readonly encoded: Uint8Array;
  /** Of the whole header; part of a visitor's fingerprint. */
  readonly hash: TextHash;
};

const NO_LANGUAGE = encodeStrings(['']);

/** Only so much of the header is looked at; browsers put the best language first. */
const HEADER_LENGTH_MAX = 256;

/** The visitor's best language. */
export class LanguageLookup {
  readonly #known: TwoGenerationCache<LanguageResult>;

  /** @param cacheEntriesMax bound of headers kept, each at most 256 characters */
  constructor(cacheEntriesMax: number) {
    this.#known = new TwoGenerationCache(cacheEntriesMax);
  }

  /** @param acceptLanguage the Accept-Language header, '' when absent */
  lookup(acceptLanguage: string): LanguageResult {
    const key =
      acceptLanguage.length <= HEADER_LENGTH_MAX
        ? acceptLanguage
        : acceptLanguage.slice(0, HEADER_LENGTH_MAX);
    const known = this.#known.get(key);
    if (known !== undefined) {
      return known;
    }
    const own = ownedCopy(key);
    const language = bestLanguage(own);
    const result = {
      language,
      encoded: language === '' ? NO_LANGUAGE : encodeStrings([language]),
      hash: hashText(key),
    };
    this.#known.set(own, result);
    return result;
  }
}

/** The entry with the highest quality, the first of several; RFC 9110, section 12.5.4. */
function bestLanguage(header: string): string {
  let best = '';
  let bestQuality = 0;
  for (const entry of header.split(',')) {
    const [tag = '', ...parameters] = entry.split(';');
    const quality = qualityOf(parameters);
    const language = canonical(tag.trim());
    if (language !== '' && quality > bestQuality) {
      best = language;
      bestQuality = quality;
    }
  }
  return best;
}

/** 1 without `q=`, 0 (never chosen) when it is no number from 0 to 1. */
function qualityOf(parameters: readonly string[]): number {
  for (const parameter of parameters) {
    const match = /^\s*q\s*=\s*([\d.]+)\s*$/i.exec(parameter);
    if (match !== null) {
      const quality = Number(match[1]);
      return quality >= 0 && quality <= 1 ? quality : 0;
    }
  }
  return 1;
}

/** `zh-hant-tw` and `zh_TW` become `zh-TW`; what is no language tag becomes ''. */
function canonical(tag: string): string {
  const subtags = tag.split(/[-_]/);
  const language = subtags[0] ?? '';
  if (!/^(?:[a-z]{2,3}|[a-z]{5,8})$/i.test(language)) {
    return '';
  }
  const region = subtags.slice(1, 4).find((subtag) => /^(?:[a-z]{2}|\d{3})$/i.test(subtag));
  return region === undefined
    ? language.toLowerCase()
    : `${language.toLowerCase()}-${region.toUpperCase()}`;
}
