import { pack, unpack } from 'msgpackr';
import { expect, test } from 'vitest';
import type { ConversionRecord } from './conversion.ts';
import { decodeConversion, encodeConversion } from './conversion-codec.ts';

const record: ConversionRecord = {
  receipt_id: '00112233445566ff',
  organization_id: 'org_acmecorp',
  event_id: 'evt_0011223344556677',
  click_id: 'fb_123abc',
  conversion_event: 'purchase',
  conversion_value: '12345678901234.5678',
  currency: 'USD',
  order_id: 'ORD-456789',
  metadata: Object.fromEntries([
    ['note', 'grüße 🎉'],
    ['__proto__', 'kept'],
    ['constructor', 'kept'],
  ]),
  received_at_ms: 1_718_447_445_123,
};

test('a conversion survives the log unchanged, also metadata named like parts of an object', () => {
  const first = encodeConversion(record);
  encodeConversion({ ...record, click_id: 'another' });
  expect(decodeConversion(first)).toEqual(record);
  expect(Object.keys(decodeConversion(first).metadata)).toContain('__proto__');
});

test.each([
  ['nothing', Uint8Array.of()],
  ['a cut payload', encodeConversion(record).subarray(0, 40)],
  ['another type', Uint8Array.of(0x01)],
  ['another version', pack([2, ...unpack(encodeConversion(record)).slice(1)])],
  ['too few fields', Uint8Array.of(0x91, 0x01)],
])('%s is refused by name', (_case, payload) => {
  expect(() => decodeConversion(payload)).toThrow(
    expect.objectContaining({ code: 'conversion_unreadable' }),
  );
});
