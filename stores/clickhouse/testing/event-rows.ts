import { EVENT_COLUMNS } from '../../../core/event-columns.ts';

/** A value of any column of core/event-columns, as JavaScript has it; times in ms since the epoch. */
export type EventValue = string | number | boolean | null | string[] | Record<string, string>;
export type EventRow = Record<string, EventValue>;

/** A click with plausible values; the same number gives the same click. */
export function clickRow(number: number, changes: EventRow = {}): EventRow {
  const id = number.toString(16).padStart(16, '0');
  return {
    event_id: `evt_${id}`,
    click_id: `evt_${id}`,
    event_time: Date.UTC(2026, 0, 15, 12) + number,
    organization_id: 'org_acmecorp',
    event_type: 'click',
    user_id: `usr_${(number % 5000).toString(16).padStart(16, '0')}`,
    url: `/in/summer_sale?source=facebook&utm_campaign=summer2024&n=${number}`,
    campaign_id: number % 7 === 0 ? null : 'summer_sale',
    rule_id: '',
    destination: `https://shop.acmecorp.com/summer-sale?click_id=evt_${id}&source=facebook`,
    tags: ['summer'],
    source: 'facebook',
    medium: number % 2 === 0 ? null : 'cpc',
    referer: 'https://l.facebook.com/',
    ip: `203.0.113.${number % 256}`,
    country: 'DE',
    region: 'Land Berlin',
    city: 'Berlin',
    user_agent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Mobile/15E148',
    device_type: 'mobile',
    os: 'iOS',
    os_version: '17.5',
    browser: 'Mobile Safari',
    browser_version: '17.5',
    is_bot: false,
    bot_reason: '',
    language: 'de',
    is_unique: number % 4 === 0,
    fraud_score: 0.25,
    fraud_reasons: ['rapid_fire', 'bot'],
    fraud_version: 1,
    is_blocked: number % 5 === 0,
    query_params: { source: 'facebook', utm_campaign: 'summer2024', n: String(number) },
    headers: { 'accept-language': 'de-DE,de;q=0.9' },
    ...changes,
  };
}

/** The RowBinary bytes of a row, column by column. Slow and simple, unlike the actors' own. */
export function encodeRow(row: EventRow): Buffer {
  return Buffer.concat(EVENT_COLUMNS.map(([name, type]) => encodeValue(type, row[name] ?? null)));
}

function encodeValue(type: string, value: EventValue): Buffer {
  if (type.includes('Nullable')) {
    return value === null ? Buffer.of(1) : Buffer.concat([Buffer.of(0), encodeText(String(value))]);
  }
  if (Array.isArray(value)) {
    return Buffer.concat([encodeLength(value.length), ...value.map(encodeText)]);
  }
  if (typeof value === 'object' && value !== null) {
    const texts = Object.entries(value).flat();
    return Buffer.concat([encodeLength(texts.length / 2), ...texts.map(encodeText)]);
  }
  if (typeof value === 'boolean') {
    return Buffer.of(Number(value));
  }
  if (type === 'UInt8') {
    return Buffer.of(Number(value));
  }
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(type === 'Float32' ? 4 : 8);
    if (type === 'Float32') {
      bytes.writeFloatLE(value);
    } else {
      bytes.writeBigInt64LE(BigInt(value));
    }
    return bytes;
  }
  return encodeText(String(value));
}

function encodeText(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([encodeLength(bytes.length), bytes]);
}

function encodeLength(length: number): Buffer {
  const bytes: number[] = [];
  let rest = length;
  while (rest >= 128) {
    bytes.push((rest & 127) | 128);
    rest >>>= 7;
  }
  return Buffer.from([...bytes, rest]);
}
