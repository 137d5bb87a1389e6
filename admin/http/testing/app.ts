import type { ClickHouseClient } from '@clickhouse/client';
import type pg from 'pg';
import { systemClock } from '../../../core/clock.ts';
import { SCOPES, type Scope } from '../../../core/configuration.ts';
import { createLogger } from '../../../core/logger.ts';
import { createClickHouse } from '../../../stores/clickhouse/client.ts';
import { createPostgres } from '../../../stores/postgres/client.ts';
import { createApiKey } from '../../../stores/postgres/configuration/keys.ts';
import { createOrganization } from '../../../stores/postgres/configuration/organizations.ts';
import { type AdminOptions, createAdminApp } from '../app.ts';
import type { AdminContext, AdminInstance } from '../context.ts';

/** Stores at addresses where nobody listens, for tests of what needs none. Connect on first use. */
export function unreachableStores(): AdminContext {
  return {
    pool: createPostgres({
      url: 'postgres://nobody@127.0.0.1:1/test',
      maxConnections: 1,
      applicationName: 'trellis-test',
    }),
    clickhouse: createClickHouse({ url: 'http://127.0.0.1:1', database: 'test' }),
    clock: systemClock,
    logger: createLogger('test', 'fatal'),
  };
}

export type TestAnswer = { status: number; headers: Record<string, unknown>; body: unknown };

export type TestAdmin = {
  app: AdminInstance;
  /** Makes a key of an organisation that exists. */
  keyFor(organizationId: string, scopes?: readonly Scope[]): Promise<string>;
  /** Sends a request; `body` as JSON. */
  ask(
    key: string,
    request: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<TestAnswer>;
};

function bodyOf(text: string, type: string): unknown {
  if (text === '') {
    return null;
  }
  return /[/+]json/.test(type) ? JSON.parse(text) : text;
}

/**
 * An admin service over real stores, not listening, with the organisations `org_acme` and `org_other`.
 * Requests are not counted unless asked.
 */
export async function createTestAdmin(
  stores: { pool: pg.Pool; clickhouse?: ClickHouseClient },
  options: AdminOptions = {},
): Promise<TestAdmin> {
  const context = { ...unreachableStores(), ...stores };
  const app = await createAdminApp(context, { isLimited: false, ...options });
  await createOrganization(stores.pool, { organization_id: 'org_acme', name: 'Acme' });
  await createOrganization(stores.pool, { organization_id: 'org_other', name: 'Other' });
  return {
    app,
    async keyFor(organizationId, scopes = SCOPES) {
      const row = { organization_id: organizationId, name: 'test', scopes };
      return (await createApiKey(stores.pool, row)).key;
    },
    async ask(key, request, body, headers = {}) {
      const [method = '', url = ''] = request.split(' ');
      const answer = await app.inject({
        method: method as 'GET',
        url,
        headers: { authorization: `Bearer ${key}`, ...headers },
        ...(body === undefined ? {} : { payload: body as object }),
      });
      return {
        status: answer.statusCode,
        headers: answer.headers,
        body: bodyOf(answer.body, String(answer.headers['content-type'])),
      };
    },
  };
}
