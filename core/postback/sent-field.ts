/** One field of a postback as it was sent, before anybody judged it. */
export type SentField = {
  name: string;
  /** What the source calls the value; everything in a form or a query is a string. */
  type: 'string' | 'number' | 'boolean' | 'nested';
  /** A string's content, otherwise the value's text in the JSON source. */
  text: string;
  /** False when percent-encoded bytes are not UTF-8; the text then has U+FFFD in their place. */
  utf8: boolean;
};

/** A fault of the request, by the name of the field (or `body`). */
export type FieldError = { path: string; message: string };
