import { expect, test } from 'vitest';
import { conversionEventId } from '../../../core/postback/conversion-key.ts';
import { conversionRecordOf } from './conversion-record.ts';

test('a record carries the postback, the id of its key and its own receipt', () => {
  const postback = {
    click_id: 'fb_123abc',
    conversion_event: 'purchase',
    conversion_value: '99.99',
    currency: 'USD',
    order_id: 'ORD-456789',
    metadata: { coupon: 'X' },
  };
  expect(
    conversionRecordOf('org_acmecorp', postback, '00000000000000ff', 1_718_447_445_123),
  ).toEqual({
    ...postback,
    organization_id: 'org_acmecorp',
    event_id: conversionEventId('org_acmecorp', 'fb_123abc', 'purchase', 'ORD-456789'),
    receipt_id: '00000000000000ff',
    received_at_ms: 1_718_447_445_123,
  });
});
