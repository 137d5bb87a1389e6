import { readFormFields } from './form-fields.ts';
import { readJsonFields } from './json-fields.ts';
import type { FieldError, SentField } from './sent-field.ts';

/** A postback request, as the engine hands it over. */
export type PostbackRequest = {
  /** Upper case. */
  method: string;
  /** The Content-Type header; empty when there is none. */
  contentType: string;
  /** At most 64 KiB; the engine refuses more. */
  body: Uint8Array;
  /** Without the question mark, percent-encoding untouched. */
  query: string;
};

const JSON_TYPE = /^(application|text)\/(json|[\w.+-]+\+json)$/;
const FORM_TYPE = 'application/x-www-form-urlencoded';

const utf8Decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Everything that was sent: a POST's body first, then the query, because some networks POST with
 * their fields in the URL. What both have is the body's.
 *
 * @returns the fields in the order sent, duplicates included, or what is wrong with the request
 */
export function readFields(request: PostbackRequest): SentField[] | { error: FieldError } {
  const inQuery = readFormFields(request.query);
  if (request.method !== 'POST' || request.body.length === 0) return inQuery;
  const inBody = readBody(request.contentType, request.body);
  if ('fault' in inBody) return { error: { path: 'body', message: inBody.fault } };
  const bodyNames = new Set(inBody.map((field) => field.name));
  return [...inBody, ...inQuery.filter((field) => !bodyNames.has(field.name))];
}

function readBody(contentType: string, body: Uint8Array): SentField[] | { fault: string } {
  const mediaType = (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
  let text: string;
  try {
    text = utf8Decoder.decode(body);
  } catch {
    return { fault: 'is not valid UTF-8' };
  }
  if (JSON_TYPE.test(mediaType)) return readJsonFields(text);
  if (mediaType === FORM_TYPE || mediaType === '' || mediaType === 'text/plain') {
    // Senders that name no type, or leave their library's default, send either.
    return /^\s*[[{]/.test(text) ? readJsonFields(text) : readFormFields(text.trim());
  }
  return { fault: `must be JSON (application/json) or a form (${FORM_TYPE})` };
}
