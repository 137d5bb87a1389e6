import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClickHouseClient } from '@clickhouse/client';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type pg from 'pg';
import type { Clock } from '../../core/clock.ts';
import type { Scope } from '../../core/configuration.ts';
import type { Logger } from '../../core/logger.ts';

/** What routes work with. */
export type AdminContext = {
  pool: pg.Pool;
  /** Its default database is `trellis`. */
  clickhouse: ClickHouseClient;
  clock: Clock;
  logger: Logger;
};

/** The HTTP service that routes are added to; their schemas are zod's. */
export type AdminInstance = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Whose key a request carries. */
export type Caller = { organizationId: string; keyId: string; scopes: readonly Scope[] };

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The scope that a key needs for this route; `any`: whatever key. */
    scope?: Scope | 'any';
    /** Anybody may ask. A route has either this or a scope, or it cannot be added. */
    isPublic?: true;
  }
  interface FastifyRequest {
    /** Set before the handler of each route with a scope; every query must be bound to its organisation. */
    caller: Caller;
  }
}
