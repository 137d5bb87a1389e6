import { Packr } from 'msgpackr';
import type { ConversionRecord } from './conversion.ts';
import { TrellisError } from './errors.ts';

/**
 * A record in the conversion log is a MessagePack array in this order; the first element tells the
 * order. Metadata is a flat list of names and values, because a decoder that builds objects renames
 * keys such as `__proto__`.
 */
type Payload = [
  version: typeof VERSION,
  receipt_id: string,
  organization_id: string,
  event_id: string,
  click_id: string,
  conversion_event: string,
  conversion_value: string,
  currency: string,
  order_id: string,
  received_at_ms: number,
  metadata: string[],
];
const VERSION = 1;
const TEXT_FIELDS_END = 9;

const packr = new Packr({ useRecords: false });

/** The payload of a record of the conversion log. */
export function encodeConversion(record: ConversionRecord): Uint8Array {
  const payload: Payload = [
    VERSION,
    record.receipt_id,
    record.organization_id,
    record.event_id,
    record.click_id,
    record.conversion_event,
    record.conversion_value,
    record.currency,
    record.order_id,
    record.received_at_ms,
    Object.entries(record.metadata).flat(),
  ];
  return packr.pack(payload);
}

/**
 * @param payload what `encodeConversion` returned
 * @throws TrellisError `conversion_unreadable` when it is anything else
 */
export function decodeConversion(payload: Uint8Array): ConversionRecord {
  let value: unknown;
  try {
    value = packr.unpack(payload);
  } catch (error) {
    throw unreadable('it is not MessagePack', error);
  }
  if (!isPayload(value)) throw unreadable('its fields are not those of version 1');
  const metadata: Array<[string, string]> = [];
  for (let index = 0; index + 1 < value[10].length; index += 2) {
    metadata.push([value[10][index] ?? '', value[10][index + 1] ?? '']);
  }
  return {
    receipt_id: value[1],
    organization_id: value[2],
    event_id: value[3],
    click_id: value[4],
    conversion_event: value[5],
    conversion_value: value[6],
    currency: value[7],
    order_id: value[8],
    received_at_ms: value[9],
    metadata: Object.fromEntries(metadata),
  };
}

function isPayload(value: unknown): value is Payload {
  if (!Array.isArray(value) || value[0] !== VERSION) return false;
  const isText = (entry: unknown) => typeof entry === 'string';
  const [receivedAtMs, metadata] = value.slice(TEXT_FIELDS_END);
  return (
    value.slice(1, TEXT_FIELDS_END).every(isText) &&
    typeof receivedAtMs === 'number' &&
    Array.isArray(metadata) &&
    metadata.length % 2 === 0 &&
    metadata.every(isText)
  );
}

function unreadable(reason: string, cause?: unknown): TrellisError {
  return new TrellisError('conversion_unreadable', `A conversion cannot be read: ${reason}`, {
    cause,
  });
}
