import { COLUMNS_BY_VERSION, EVENT_ROW_VERSION } from '../../../core/event-columns.ts';
import type { DecodedRow, RowValue } from '../row-decoder.ts';

/**
 * Rows for tests: a slow and simple RowBinary encoder that follows core/event-columns by type, and
 * a click whose every field can be overridden.
 */

/** A click with plausible values. `number` makes its ids; the same number gives the same click. */
export function clickRow(number: number, overrides: DecodedRow = {}): DecodedRow {
  const eventId = `evt_${number.toString(16).padStart(16, '0')}`;
  return {
    event_id: eventId,
    click_id: eventId,
    event_time: Date.UTC(2026, 0, 15, 12) + number,
    organization_id: 'org_acmecorp',
    event_type: 'click',
    user_id: `usr_${(number % 5000).toString(16).padStart(16, '0')}`,
    url: `https://track.acmecorp.com/in/summer_sale?source=facebook&n=${number}`,
    campaign_id: number % 7 === 0 ? null : 'summer_sale',
    rule_id: '',
    destination: `https://shop.acmecorp.com/summer-sale?click_id=${eventId}&source=facebook`,
    tags: number % 3 === 0 ? ['summer'] : [],
    source: 'facebook',
    medium: number % 2 === 0 ? null : 'cpc',
    referer: 'https://l.facebook.com/',
    ip: `203.0.113.${number % 256}`,
    country: 'DE',
    region: 'Land Berlin',
    city: 'Berlin',
    user_agent:
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148',
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
    query_params: { source: 'facebook', n: String(number) },
    headers: { 'accept-language': 'de-DE,de;q=0.9' },
    ...overrides,
  };
}

/** The RowBinary bytes of a row; a column that is missing is an error. */
export function encodeRow(row: DecodedRow, version: number = EVENT_ROW_VERSION): Buffer {
  return Buffer.concat(
    (COLUMNS_BY_VERSION.get(version) ?? []).map(([name, type]) => {
      const value = row[name];
      if (value === undefined) {
        throw new Error(`The test row has no ${name}`);
      }
      return encodeValue(type, value);
    }),
  );
}

function encodeValue(type: string, value: RowValue): Buffer {
  if (type.includes('Nullable')) {
    return value === null
      ? Buffer.of(1)
      : Buffer.concat([Buffer.of(0), encodeString(String(value))]);
  }
  if (Array.isArray(value)) {
    return Buffer.concat([encodeLength(value.length), ...value.map(encodeString)]);
  }
  if (typeof value === 'object' && value !== null) {
    const texts = Object.entries(value).flat();
    return Buffer.concat([encodeLength(texts.length / 2), ...texts.map(encodeString)]);
  }
  if (typeof value === 'boolean') {
    return Buffer.of(value ? 1 : 0);
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
  return encodeString(String(value));
}

function encodeString(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([encodeLength(bytes.length), bytes]);
}

function encodeLength(length: number): Buffer {
  const digits: number[] = [];
  let rest = length;
  while (rest >= 128) {
    digits.push((rest % 128) | 0x80);
    rest = Math.floor(rest / 128);
  }
  digits.push(rest);
  return Buffer.from(digits);
}
