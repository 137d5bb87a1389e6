/** Two independent hashes of 32 bits of one text. */
export type TextHash = { readonly high: number; readonly low: number };

/**
 * Two multiplicative lanes of 32 bits over the text's UTF-16 units and its length, so that `ab`,`c` and
 * `a`,`bc` differ. It makes identifiers, not secrets. Callers keep it beside texts that come often.
 */
export function hashText(text: string): TextHash {
  let high = 0x9e3779b9;
  let low = 0x85ebca6b;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x85ebca77);
    low = Math.imul(low ^ unit, 0xc2b2ae3d);
    high ^= high >>> 15;
    low ^= low >>> 13;
  }
  return {
    high: Math.imul(high ^ text.length, 0x27d4eb2f),
    low: Math.imul(low ^ text.length, 0x165667b1),
  };
}
