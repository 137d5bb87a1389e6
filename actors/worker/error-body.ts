import type { FieldError } from '../../core/postback/sent-field.ts';

/** Leaves room in the smallest reply region; see actors/mailbox/layout.ts. */
const BODY_BYTES_MAX = 8_000;

/**
 * The body of a 400: what is wrong with which field. When there is more than fits, the rest is only
 * counted, so that nobody can make an answer of any length they like.
 *
 * @param code machine-readable: `invalid_postback`
 */
export function errorBody(code: string, errors: readonly FieldError[]): string {
  for (let named = errors.length; named > 0; named = Math.floor(named / 2)) {
    const body = JSON.stringify({
      error: code,
      errors: errors.slice(0, named),
      ...(named < errors.length ? { errors_left_out: errors.length - named } : {}),
    });
    if (Buffer.byteLength(body) <= BODY_BYTES_MAX) {
      return body;
    }
  }
  return JSON.stringify({ error: code, errors: [], errors_left_out: errors.length });
}
