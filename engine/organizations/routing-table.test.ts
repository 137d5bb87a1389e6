import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ConfigurationChange, KeyConfig } from '../../core/configuration.ts';
import { DEFAULT_FRAUD_SETTINGS } from '../../core/fraud/settings.ts';
import { NOBODY, RoutingTable } from './routing-table.ts';

const NOTHING: ConfigurationChange = {
  version: 1,
  organizations: [],
  domains: [],
  keys: [],
  campaigns: [],
  blocks: [],
};
const organization = (organization_id: string) => ({
  organization_id,
  name: organization_id,
  cookies: true,
  fallback_url: null,
  currency: 'USD',
  fraud: DEFAULT_FRAUD_SETTINGS,
});

function key(text: string, changes: Partial<KeyConfig> = {}): KeyConfig {
  return {
    key_id: text,
    organization_id: 'org_a',
    key_hash: createHash('sha256').update(text).digest('hex'),
    scopes: ['traffic:write'],
    expires_at_ms: null,
    revoked: false,
    ...changes,
  };
}

function table(nowMs = () => 1_000) {
  const routing = new RoutingTable({ nowMs });
  routing.apply({
    ...NOTHING,
    organizations: [organization('org_a'), organization('org_b')],
    domains: [
      { hostname: 'track.a.example', organization_id: 'org_a', removed: false },
      { hostname: '::1', organization_id: 'org_b', removed: false },
    ],
    keys: [key('wdn_sk_live_a'), key('wdn_sk_live_late', { expires_at_ms: 5_000 })],
  });
  return routing;
}

const idOf = (routing: RoutingTable, number: number) =>
  routing.organization(number)?.organization_id ?? number;

describe('by host', () => {
  it.each([
    ['track.a.example', 'org_a'],
    ['TRACK.A.example:8080', 'org_a'],
    ['track.a.example.', 'org_a'],
    ['[::1]:8080', 'org_b'],
    ['other.example', NOBODY],
    ['', NOBODY],
    ['a.example', NOBODY],
    ['track.a.example:80:80', NOBODY],
  ])('%s is %s', (host, expected) => {
    const routing = table();
    expect(idOf(routing, routing.byHost(host))).toBe(expected);
    expect(idOf(routing, routing.byHost(host))).toBe(expected);
  });

  it('forgets a removed domain, and learns a new one, with the change that says so', () => {
    const routing = table();
    routing.byHost('track.a.example');
    routing.byHost('new.example');
    routing.apply({
      ...NOTHING,
      domains: [
        { hostname: 'track.a.example', organization_id: 'org_a', removed: true },
        { hostname: 'new.example', organization_id: 'org_b', removed: false },
      ],
    });
    expect(routing.byHost('track.a.example')).toBe(NOBODY);
    expect(idOf(routing, routing.byHost('new.example'))).toBe('org_b');
  });
});

describe('by key', () => {
  it('knows a key with the right scope, however the header is written', () => {
    const routing = table();
    for (const header of ['Bearer wdn_sk_live_a', 'bearer  wdn_sk_live_a ']) {
      expect(idOf(routing, routing.byAuthorization(header, 'traffic:write'))).toBe('org_a');
    }
    expect(routing.byAuthorization('Bearer wdn_sk_live_a', 'admin')).toBe(NOBODY);
    expect(routing.byAuthorization('Basic wdn_sk_live_a', 'traffic:write')).toBe(NOBODY);
    expect(routing.byAuthorization('Bearer wdn_sk_live_b', 'traffic:write')).toBe(NOBODY);
    expect(routing.byKey('', 'traffic:write')).toBe(NOBODY);
    expect(routing.byKey('x'.repeat(10_000), 'traffic:write')).toBe(NOBODY);
  });

  it('does not know it any more once it is revoked', () => {
    const routing = table();
    expect(routing.byKey('wdn_sk_live_a', 'traffic:write')).not.toBe(NOBODY);
    routing.apply({ ...NOTHING, keys: [key('wdn_sk_live_a', { revoked: true })] });
    expect(routing.byKey('wdn_sk_live_a', 'traffic:write')).toBe(NOBODY);
  });

  it('does not know it from the millisecond of its expiry on', () => {
    let nowMs = 4_999;
    const routing = table(() => nowMs);
    expect(routing.byKey('wdn_sk_live_late', 'traffic:write')).not.toBe(NOBODY);
    nowMs = 5_000;
    expect(routing.byKey('wdn_sk_live_late', 'traffic:write')).toBe(NOBODY);
  });
});

it('numbers stay when configurations change', () => {
  const routing = table();
  const before = routing.numberOf('org_b');
  routing.apply({ ...NOTHING, organizations: [organization('org_c'), organization('org_b')] });
  expect(routing.numberOf('org_b')).toBe(before);
  expect(routing.size).toBe(3);
});
