import type { Sample } from '../types.ts';

/** A visitor as typed; '' is not said. */
export type SampleDraft = {
  query: string;
  userAgent: string;
  ip: string;
  referer: string;
  country: string;
  language: string;
  /** `2026-06-15 21:30:00` of the reader's clock. */
  at: string;
  userId: string;
  isUnique: '' | 'true' | 'false';
  isBot: '' | 'true' | 'false';
  fraudScore: string;
  /** One to a line, `name: value`. */
  headers: string;
};

export const EMPTY_SAMPLE: SampleDraft = {
  query: 'source=facebook',
  userAgent: '',
  ip: '',
  referer: '',
  country: '',
  language: '',
  at: '',
  userId: '',
  isUnique: '',
  isBot: '',
  fraudScore: '',
  headers: '',
};

/** Browsers that people try first. */
export const USER_AGENTS = [
  {
    label: 'iPhone, Safari',
    value:
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
  },
  {
    label: 'Android, Chrome',
    value:
      'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36',
  },
  {
    label: 'iPad, Safari',
    value:
      'Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
  },
  {
    label: 'Windows, Chrome',
    value:
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  },
  {
    label: 'Mac, Firefox',
    value: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Gecko/20100101 Firefox/127.0',
  },
  {
    label: 'Googlebot',
    value: 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  },
] as const;

/** What is asked: only what has been said. */
export function toSample(draft: SampleDraft, campaignId: string): Sample {
  const { query, at, fraudScore, isUnique, isBot } = draft;
  const headers = headersOf(draft.headers);
  const texts = {
    user_agent: draft.userAgent,
    ip: draft.ip.trim(),
    referer: draft.referer.trim(),
    country: draft.country.trim().toUpperCase(),
    language: draft.language.trim(),
    user_id: draft.userId.trim(),
  };
  return {
    url: `/in/${campaignId}${query.trim() === '' ? '' : `?${query.trim().replace(/^\?/, '')}`}`,
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== '')),
    ...(at === '' ? {} : { at: new Date(at.replace(' ', 'T')).toISOString() }),
    ...(fraudScore === '' ? {} : { fraud_score: Number(fraudScore) }),
    ...(isUnique === '' ? {} : { is_unique: isUnique === 'true' }),
    ...(isBot === '' ? {} : { is_bot: isBot === 'true' }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
  };
}

function headersOf(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) {
      headers[line.slice(0, colon).trim()] = line.slice(colon + 1).trim();
    }
  }
  return headers;
}
