// HOT PATH: `byHost` and `byKey` run once per request. Budget: 200 ns for a host or a known key.
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../core/clock.ts';
import type {
  ConfigurationChange,
  KeyConfig,
  OrganizationConfig,
  Scope,
} from '../../core/configuration.ts';

const KEYS_REMEMBERED_MAX = 10_000;
const HOSTS_REMEMBERED_MAX = 10_000;

/** No organisation: an unknown host, or a key that is unknown, revoked, expired or lacks the scope. */
export const NOBODY = -1;

/**
 * Tells whose request it is. Organisations get small numbers here, in the order in which they are
 * first seen; a number stays the same as long as the process lives.
 *
 * Keys come as text and are known by their SHA-256 only, so the hash of each text is remembered in a
 * bounded cache; revocation and expiry are looked up each time.
 */
export class RoutingTable {
  readonly #numbers = new Map<string, number>();
  readonly #organizations: OrganizationConfig[] = [];
  readonly #hosts = new Map<string, number>();
  readonly #keys = new Map<string, KeyConfig>();
  readonly #hashOfKey = new LRUCache<string, string>({ max: KEYS_REMEMBERED_MAX });
  /** What `byHost` answered to a Host header as it came; unknown ones too. Emptied at each change. */
  readonly #answers = new LRUCache<string, number>({ max: HOSTS_REMEMBERED_MAX });
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#organizations.length;
  }

  apply(change: Omit<ConfigurationChange, 'campaigns'>): void {
    for (const organization of change.organizations) {
      this.#organizations[this.numberOf(organization.organization_id)] = organization;
    }
    for (const domain of change.domains) {
      if (domain.removed) {
        this.#hosts.delete(domain.hostname);
      } else {
        this.#hosts.set(domain.hostname, this.numberOf(domain.organization_id));
      }
    }
    for (const key of change.keys) {
      this.#keys.set(key.key_hash, key);
    }
    this.#answers.clear();
  }

  /** The number of an organisation, which it gets now if it has none. */
  numberOf(organizationId: string): number {
    let number = this.#numbers.get(organizationId);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(organizationId, number);
    }
    return number;
  }

  organization(number: number): OrganizationConfig | undefined {
    return this.#organizations[number];
  }

  /** @param host the Host header as it came, with or without a port, in any case */
  byHost(host: string): number {
    const known = this.#answers.get(host);
    if (known !== undefined) {
      return known;
    }
    const number = this.#hosts.get(hostnameOf(host)) ?? NOBODY;
    this.#answers.set(host, number);
    return number;
  }

  /**
   * @param authorization the Authorization header as it came
   * @param scope what the key must be allowed to do
   */
  byAuthorization(authorization: string, scope: Scope): number {
    const match = /^bearer +([\x21-\x7e]+) *$/i.exec(authorization);
    return match === null ? NOBODY : this.byKey(match[1] as string, scope);
  }

  /** @param key a whole key, as its owner knows it */
  byKey(key: string, scope: Scope): number {
    if (key.length > 256) {
      return NOBODY;
    }
    let hash = this.#hashOfKey.get(key);
    if (hash === undefined) {
      hash = createHash('sha256').update(key).digest('hex');
      this.#hashOfKey.set(key, hash);
    }
    const config = this.#keys.get(hash);
    if (config === undefined || config.revoked || !config.scopes.includes(scope)) {
      return NOBODY;
    }
    const expired = config.expires_at_ms !== null && config.expires_at_ms <= this.#clock.nowMs();
    return expired ? NOBODY : this.numberOf(config.organization_id);
  }
}

/** `Track.Example.com.:8080` → `track.example.com`; brackets of IPv6 addresses go as well. */
function hostnameOf(host: string): string {
  const lower = host.trim().toLowerCase();
  if (lower.startsWith('[')) {
    return lower.slice(1, lower.indexOf(']'));
  }
  const colon = lower.lastIndexOf(':');
  const name = colon < 0 ? lower : lower.slice(0, colon);
  return name.endsWith('.') ? name.slice(0, -1) : name;
}
