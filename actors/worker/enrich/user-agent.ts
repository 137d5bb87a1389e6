// HOT PATH: once per click; ≤ 150 ns for a user agent that was seen lately (most of it hashing the
// text), about 15 µs for a new one. Guarded by bench/micro/enrich.
import { isbot } from 'isbot';
import { hashText, type TextHash } from '../identity/text-hash.ts';
import { encodeStrings, joinBytes } from './row-binary-strings.ts';
import { ownedCopy, TwoGenerationCache } from './two-generation-cache.ts';
import { type DeviceType, nameUserAgent } from './user-agent-names.ts';

/** What a user agent tells. Shared between clicks: do not change. */
export type UserAgentResult = {
  /** As sent, cut to `USER_AGENT_BYTES_MAX`. */
  readonly userAgent: string;
  readonly deviceType: DeviceType;
  /** `iOS` (iPads too), `Android`, `Windows`, `macOS`, `Linux`, `Chrome OS`, …; `other`. */
  readonly os: string;
  /** As far as it is told; may be ''. */
  readonly osVersion: string;
  /** `Safari`, `Chrome`, `Firefox`, `Edge`, in-app browsers by the app's name, …; `other`. */
  readonly browser: string;
  readonly browserVersion: string;
  readonly isBot: boolean;
  /** Why it counts as a bot: a code of a fixed set, '' when it does not. */
  readonly botReason: string;
  /** Of the user agent; part of a visitor's fingerprint. */
  readonly hash: TextHash;
  /**
   * RowBinary of user_agent, device_type, os, os_version, browser, browser_version, is_bot,
   * bot_reason.
   */
  readonly encoded: Uint8Array;
};

/** Longer user agents are cut here, at a character's boundary. */
export const USER_AGENT_BYTES_MAX = 1024;

/** Texts up to this length cannot exceed the limit, whatever they consist of. */
const LENGTH_SURELY_FITTING = Math.floor(USER_AGENT_BYTES_MAX / 3);

/** Knows the user agents that were seen lately; each takes about 1 KB. */
export class UserAgentLookup {
  readonly #known: TwoGenerationCache<UserAgentResult>;

  constructor(cacheEntriesMax: number) {
    this.#known = new TwoGenerationCache(cacheEntriesMax);
  }

  /** @param userAgent the header, '' when absent: browsers always send one, so that is a bot */
  lookup(userAgent: string): UserAgentResult {
    const key = userAgent.length <= LENGTH_SURELY_FITTING ? userAgent : cutToLimit(userAgent);
    const known = this.#known.get(key);
    if (known !== undefined) {
      return known;
    }
    const own = ownedCopy(key);
    const result = describe(own);
    this.#known.set(own, result);
    return result;
  }
}

/**
 * The same visitor counted as a bot for a reason outside of the user agent, such as
 * `head_request`. Allocates; such requests are rare.
 */
export function asBot(result: UserAgentResult, botReason: string): UserAgentResult {
  return withEncoding({ ...result, isBot: true, botReason });
}

function describe(userAgent: string): UserAgentResult {
  const names = nameUserAgent(userAgent);
  const botReason = userAgent === '' ? 'empty_user_agent' : isbot(userAgent) ? 'user_agent' : '';
  const isBot = botReason !== '';
  return withEncoding({
    userAgent,
    ...names,
    deviceType: isBot ? 'bot' : names.deviceType,
    isBot,
    botReason,
    hash: hashText(userAgent),
  });
}

function withEncoding(result: Omit<UserAgentResult, 'encoded'>): UserAgentResult {
  const { userAgent, deviceType, os, osVersion, browser, browserVersion } = result;
  const encoded = joinBytes([
    encodeStrings([userAgent, deviceType, os, osVersion, browser, browserVersion]),
    Uint8Array.of(result.isBot ? 1 : 0),
    encodeStrings([result.botReason]),
  ]);
  return { ...result, encoded };
}

function cutToLimit(userAgent: string): string {
  const bytes = Buffer.from(userAgent.slice(0, USER_AGENT_BYTES_MAX + 1), 'utf8');
  if (bytes.length <= USER_AGENT_BYTES_MAX) {
    return userAgent;
  }
  let end = USER_AGENT_BYTES_MAX;
  // Bytes 10xxxxxx continue a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) {
    end -= 1;
  }
  return bytes.toString('utf8', 0, end);
}
