import type { SentField } from './sent-field.ts';

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenientDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/**
 * The fields of a query string or of a form body (application/x-www-form-urlencoded): `+` is a space,
 * and a percent sign without two hex digits behind it stands for itself.
 */
export function readFormFields(source: string): SentField[] {
  const fields: SentField[] = [];
  for (const pair of source.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals === -1 ? pair : pair.slice(0, equals));
    const value = decode(equals === -1 ? '' : pair.slice(equals + 1));
    fields.push({
      name: name.text,
      type: 'string',
      text: value.text,
      utf8: name.utf8 && value.utf8,
    });
  }
  return fields;
}

function decode(encoded: string): { text: string; utf8: boolean } {
  const spaced = encoded.includes('+') ? encoded.replaceAll('+', ' ') : encoded;
  if (!spaced.includes('%')) return { text: spaced, utf8: true };
  const bytes = percentDecode(spaced);
  try {
    return { text: utf8Decoder.decode(bytes), utf8: true };
  } catch {
    return { text: lenientDecoder.decode(bytes), utf8: false };
  }
}

function percentDecode(text: string): Uint8Array {
  const from = encoder.encode(text);
  const to = new Uint8Array(from.length);
  let length = 0;
  for (let index = 0; index < from.length; index += 1) {
    let byte = from[index] ?? 0;
    const high = byte === 0x25 ? hexDigit(from[index + 1]) : -1;
    const low = high === -1 ? -1 : hexDigit(from[index + 2]);
    if (low !== -1) {
      byte = high * 16 + low;
      index += 2;
    }
    to[length] = byte;
    length += 1;
  }
  return to.subarray(0, length);
}

/** 0 to 15, or -1 when the byte is no hex digit or absent. */
function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1;
}
