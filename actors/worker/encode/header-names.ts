// HOT PATH: looked up once per header of each click. Budget: 40 ns.
import { canonicalHeaderName } from '../../../core/rules/fields.ts';
import { encodeOnce } from './row-writer.ts';

const NAMES_REMEMBERED_MAX = 1_000;

/** Cookies are other people's. */
const NEVER_STORED = 'cookie';

/**
 * The names of headers as they are stored: `user-agent` as `User-Agent`, in RowBinary. Names come from
 * outside, so only the first thousand different ones are remembered; the rest is encoded anew.
 */
export class HeaderNames {
  readonly #encoded = new Map<string, Uint8Array>();

  /** @returns null for a header that must not be stored */
  encode(lowerCaseName: string): Uint8Array | null {
    const known = this.#encoded.get(lowerCaseName);
    if (known !== undefined) {
      return known;
    }
    if (lowerCaseName === NEVER_STORED) {
      return null;
    }
    const encoded = encodeOnce((row) => row.string(canonicalHeaderName(lowerCaseName)));
    if (this.#encoded.size < NAMES_REMEMBERED_MAX) {
      this.#encoded.set(lowerCaseName, encoded);
    }
    return encoded;
  }
}
