/** What does it cost to find out whose request it is, and does it grow with the organisations? */

import { createHash } from 'node:crypto';
import type { ConfigurationChange } from '../../core/configuration.ts';
import { DEFAULT_FRAUD_SETTINGS } from '../../core/fraud/settings.ts';
import { RoutingTable } from '../../engine/organizations/routing-table.ts';
import { effort, freshCopies, measure, nanosecondsPer, sink, timingRow } from './measure.ts';
import { type BenchRow, resultHash, type Size } from './result.ts';

const BENCH = 'routing';
const OPERATIONS = 50_000;
const BUDGET_NS = 200;
const SEED = 0x9e3779b1;

export function routing(size: Size): BenchRow[] {
  const many = size === 'full' ? 10_000 : 100;
  return [1, many].flatMap((organizations) => rowsFor(organizations, size));
}

function rowsFor(organizations: number, size: Size): BenchRow[] {
  const table = new RoutingTable({ nowMs: () => 1_718_447_445_123 });
  table.apply(configuration(organizations));
  const parameters = `${organizations} organisations`;
  const hosts = (index: number) => hostOf(spread(index, organizations));
  const keys = (index: number) => `Bearer ${keyOf(spread(index, organizations))}`;
  const strangers = (index: number) => `scan-${index}.example.net`;
  const byHost = (host: string) => table.byHost(host);
  const byKey = (header: string) => table.byAuthorization(header, 'traffic:write');
  return [
    row('by host', parameters, hosts, byHost, size, BUDGET_NS),
    row('by key', parameters, keys, byKey, size, BUDGET_NS),
    row('unknown host', parameters, strangers, byHost, size),
  ];
}

function row(
  what: string,
  parameters: string,
  text: (index: number) => string,
  ask: (text: string) => number,
  size: Size,
  budgetNs?: number,
): BenchRow {
  const { samples, operations } = effort(size, OPERATIONS);
  let next = 0;
  const timing = measure(samples, () => {
    const first = next;
    next += operations;
    const texts = freshCopies(
      Array.from({ length: operations }, (_, index) => text(first + index)),
    );
    return nanosecondsPer(operations, () => {
      let sum = 0;
      for (let index = 0; index < texts.length; index++) {
        sum += ask(texts[index] as string);
      }
      sink.value += sum;
    });
  });
  const answers = Array.from({ length: 200 }, (_, index) => String(ask(text(index))));
  return timingRow({ bench: BENCH, what, parameters, hash: resultHash(answers) }, timing, budgetNs);
}

/** Numbers below `limit` in an order without pattern, the same each time. */
function spread(index: number, limit: number): number {
  return (Math.imul(index + 1, SEED) >>> 0) % limit;
}

const hostOf = (organization: number) => `track-${organization}.example.com`;
const keyOf = (organization: number) =>
  `wdn_sk_live_${createHash('sha256').update(`key ${organization}`).digest('base64url')}`;

function configuration(organizations: number): ConfigurationChange {
  const numbers = Array.from({ length: organizations }, (_, number) => number);
  return {
    version: 1,
    organizations: numbers.map((number) => ({
      organization_id: `org_${number}`,
      name: `Organisation ${number}`,
      cookies: true,
      fallback_url: null,
      currency: 'USD',
      fraud: DEFAULT_FRAUD_SETTINGS,
    })),
    domains: numbers.map((number) => ({
      hostname: hostOf(number),
      organization_id: `org_${number}`,
      removed: false,
    })),
    keys: numbers.map((number) => ({
      key_id: `key_${number}`,
      organization_id: `org_${number}`,
      key_hash: createHash('sha256').update(keyOf(number)).digest('hex'),
      scopes: ['traffic:write'],
      expires_at_ms: null,
      revoked: false,
    })),
    campaigns: [],
    blocks: [],
  };
}
