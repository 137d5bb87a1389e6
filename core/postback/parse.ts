import { parseCurrency } from '../currencies.ts';
import { type MoneyFault, parseMoney } from '../money.ts';
import { MetadataCollector } from './metadata.ts';
import { type PostbackRequest, readFields } from './read-fields.ts';
import type { FieldError, SentField } from './sent-field.ts';
import { byteLength, hasControls, hasUnprintable, isMacro, quote } from './text.ts';

export type { PostbackRequest } from './read-fields.ts';

/** What a postback says, every field valid. */
export type Postback = {
  click_id: string;
  conversion_event: string;
  /** As in ConversionRecord. */
  conversion_value: string;
  currency: string;
  /** Empty when none was sent. */
  order_id: string;
  metadata: Record<string, string>;
};

export type ParsedPostback =
  | { kind: 'ok'; postback: Postback; warnings: FieldError[] }
  | { kind: 'refused'; errors: FieldError[] };

const DEFAULT_EVENT = 'conversion';
const CLICK_ID_BYTES_MAX = 256;
const ORDER_ID_BYTES_MAX = 256;
const EVENT_BYTES_MAX = 64;

type KnownName = 'click_id' | 'event' | 'value' | 'currency' | 'order_id';
const KNOWN_NAMES: ReadonlySet<string> = new Set<KnownName>([
  'click_id',
  'event',
  'value',
  'currency',
  'order_id',
]);
const ALIASES: ReadonlyMap<string, KnownName> = new Map([
  ['payout', 'value'],
  ['txid', 'order_id'],
]);

/**
 * Reads and judges a postback. All faults are reported at once.
 *
 * - `payout` means `value` and `txid` means `order_id`, unless those are sent as well: then they are
 *   metadata (a sale's value and the affiliate's payout are different amounts).
 * - A known field that is sent twice with different values is a fault; nobody guesses about money.
 *   Of metadata that is sent twice the first stays.
 * - `token` is a credential and is left out of everything.
 * - A conversion is never refused because its metadata is too large: it is cut, with a warning.
 *
 * @param defaultCurrency ISO 4217, the organisation's
 */
export function parsePostback(request: PostbackRequest, defaultCurrency: string): ParsedPostback {
  const fields = readFields(request);
  if ('error' in fields) return { kind: 'refused', errors: [fields.error] };

  const errors: FieldError[] = [];
  const known = new Map<KnownName, SentField>();
  const metadata = new MetadataCollector();
  const namesSent = new Set(fields.map((field) => field.name));
  for (const field of fields) {
    if (field.name.toLowerCase() === 'token') continue;
    const knownName = knownNameOf(field.name, namesSent);
    if (knownName === undefined) metadata.add(field);
    else addKnown(known, knownName, field, errors);
  }

  const postback = {
    click_id: readClickId(known.get('click_id'), errors),
    conversion_event: readEvent(known.get('event'), errors),
    conversion_value: readValue(known.get('value'), errors),
    currency: readCurrency(known.get('currency'), defaultCurrency, errors),
    order_id: readText(known.get('order_id'), ORDER_ID_BYTES_MAX, errors) ?? '',
    metadata: metadata.entries(),
  };
  errors.push(...metadata.errors);
  if (errors.length > 0) return { kind: 'refused', errors };
  return { kind: 'ok', postback, warnings: metadata.warnings };
}

function knownNameOf(name: string, namesSent: ReadonlySet<string>): KnownName | undefined {
  if (isKnownName(name)) return name;
  const aliasOf = ALIASES.get(name);
  return aliasOf === undefined || namesSent.has(aliasOf) ? undefined : aliasOf;
}

function isKnownName(name: string): name is KnownName {
  return KNOWN_NAMES.has(name);
}

function addKnown(
  known: Map<KnownName, SentField>,
  name: KnownName,
  field: SentField,
  errors: FieldError[],
): void {
  const first = known.get(name);
  if (first === undefined) {
    known.set(name, field);
  } else if (first.text !== field.text) {
    const isReported = errors.some((error) => error.path === field.name);
    if (!isReported) fault(errors, field, 'is sent more than once, with different values');
  }
}

function readClickId(field: SentField | undefined, errors: FieldError[]): string {
  if (field === undefined) {
    errors.push({ path: 'click_id', message: 'click_id is missing' });
    return '';
  }
  const text = readText(field, CLICK_ID_BYTES_MAX, errors);
  if (text === '') fault(errors, field, 'is empty');
  return text ?? '';
}

function readEvent(field: SentField | undefined, errors: FieldError[]): string {
  const text = readText(field, EVENT_BYTES_MAX, errors);
  if (field === undefined || text === undefined || text === '') return DEFAULT_EVENT;
  if (hasUnprintable(text)) fault(errors, field, 'has characters that cannot be printed');
  // Conversions and clicks are rows of one table, told apart by their type.
  if (text.toLowerCase() === 'click') {
    fault(errors, field, '"click" cannot be the name of a conversion');
  }
  return text;
}

const MONEY_FAULTS: Readonly<Record<MoneyFault, string>> = {
  not_a_number: 'is not a number',
  has_exponent: 'is a number with an exponent; write it in plain decimal notation',
  negative: 'is negative',
  too_many_decimals: 'has more than 4 decimals',
  out_of_range: 'is too large: at most 14 digits before the point',
};

function readValue(field: SentField | undefined, errors: FieldError[]): string {
  if (field === undefined) return '0';
  const parsed = parseMoney(field.text.trim());
  // The texts of booleans and nested values are never amounts.
  if (parsed.kind === 'ok') return parsed.value;
  if (isMacroField(field)) {
    fault(errors, field, macroMessage(field));
  } else {
    fault(errors, field, `${quote(field.text)} ${MONEY_FAULTS[parsed.fault]}`);
  }
  return '0';
}

function readCurrency(
  field: SentField | undefined,
  defaultCurrency: string,
  errors: FieldError[],
): string {
  if (field === undefined) return defaultCurrency;
  const currency = parseCurrency(field.text.trim());
  if (currency !== undefined && field.type === 'string') return currency;
  const unknown = `${quote(field.text)} is no currency code of ISO 4217, such as USD`;
  fault(errors, field, isMacroField(field) ? macroMessage(field) : unknown);
  return defaultCurrency;
}

/** @returns the text; undefined when the field is not there or has a fault, which is then noted */
function readText(
  field: SentField | undefined,
  bytesMax: number,
  errors: FieldError[],
): string | undefined {
  if (field === undefined) return undefined;
  const message = textFault(field, bytesMax);
  if (message === undefined) return field.text;
  fault(errors, field, message);
  return undefined;
}

function textFault(field: SentField, bytesMax: number): string | undefined {
  if (field.type !== 'string' && field.type !== 'number') return 'must be a string';
  if (!field.utf8) return 'is not valid UTF-8';
  if (isMacroField(field)) return macroMessage(field);
  const bytes = byteLength(field.text);
  if (bytes > bytesMax) return `is ${bytes} bytes long; at most ${bytesMax} are allowed`;
  return hasControls(field.text) ? 'has control characters' : undefined;
}

function isMacroField(field: SentField): boolean {
  return field.type === 'string' && isMacro(field.text);
}

function macroMessage(field: SentField): string {
  return `${quote(field.text)} is a macro that the network did not replace with a value`;
}

function fault(errors: FieldError[], field: SentField, message: string): void {
  errors.push({ path: field.name, message: `${field.name} ${message}` });
}
