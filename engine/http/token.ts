const IN_FORM = /(?:^|&)token=([^&\s]{1,256})/;
const IN_JSON = /"token"\s*:\s*"([\x21-\x7e]{1,256})"/;

/**
 * The postback token in a query string or form, '' when there is none.
 * Tokens are made of characters that no encoding touches, so nothing needs decoding.
 */
export function tokenInQuery(query: string): string {
  return IN_FORM.exec(query)?.[1] ?? '';
}

/** The postback token in a body, whether JSON or form. */
export function tokenInBody(body: Buffer): string {
  const text = body.toString('latin1');
  return IN_JSON.exec(text)?.[1] ?? IN_FORM.exec(text)?.[1] ?? '';
}
