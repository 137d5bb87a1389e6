/** Control characters, NUL among them, and halves of surrogate pairs: PostgreSQL takes neither. */
const CONTROLS = /[\p{Cc}\p{Cs}]/u;
/** Notes have lines, so metadata may have line breaks and tabs. */
const CONTROLS_BUT_SPACE = /[^\P{Cc}\t\n\r]|\p{Cs}/u;
/** Also invisible formatting, private use, and line and paragraph separators. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;

/**
 * Placeholders of the usual networks, as a whole value:
 * {x} {{x}} ${x} [x] [[[x]]] %x% %%x%% <x> #x# __X__ !!!x!!!
 */
const MACRO =
  /^(?:\$?\{{1,2}[^{}]*\}{1,2}|\[[A-Za-z_][\w.-]*\]|\[{3}[A-Za-z_][\w.-]*\]{3}|!!![A-Za-z_]\w*!!!|(%%?)[A-Za-z_][\w.-]*\1|<[A-Za-z_][\w.-]*>|#[A-Za-z_]\w*#|__[A-Z][A-Z0-9_]*__)$/;

const QUOTED_CHARACTERS_MAX = 64;

export function hasControls(text: string): boolean {
  return CONTROLS.test(text);
}

export function hasForbiddenInMetadata(text: string): boolean {
  return CONTROLS_BUT_SPACE.test(text);
}

export function hasUnprintable(text: string): boolean {
  return UNPRINTABLE.test(text);
}

/** Whether this is a placeholder such as `{payout}` that somebody forgot to fill in. */
export function isMacro(text: string): boolean {
  return MACRO.test(text.trim());
}

/** Bytes in UTF-8. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text);
}

/** The longest beginning of the text that has at most so many bytes in UTF-8. */
export function cutToBytes(text: string, bytesMax: number): string {
  if (byteLength(text) <= bytesMax) return text;
  const bytes = Buffer.from(text);
  let end = bytesMax;
  // Bytes of the form 10xxxxxx continue a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}

/** A value from outside for a message: quoted, escaped and of bounded length. */
export function quote(text: string): string {
  const isLong = text.length > QUOTED_CHARACTERS_MAX;
  return JSON.stringify(isLong ? `${text.slice(0, QUOTED_CHARACTERS_MAX)}…` : text);
}
