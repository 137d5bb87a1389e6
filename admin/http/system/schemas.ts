import { z } from 'zod';

const count = z.int().min(0);

const storeSchema = z.object({
  up: z.boolean(),
  latency_ms: z.number().nullable().describe('From the question to the answer.'),
  version: z.string().nullable(),
  reason: z.string().nullable().describe('Why it is not up.'),
});

const engineSchema = z.object({
  ready: z.boolean().describe('Whether traffic is redirected and recorded.'),
  parts: z.record(z.string(), z.string()).describe('By part: `ok`, or what is wrong with it.'),
  uptime_seconds: z.number(),
  log_bytes: z.number().describe('Of the event log that ClickHouse does not have yet.'),
  oldest_unshipped_seconds: z
    .number()
    .describe('Age of the oldest event that ClickHouse does not have yet; 0 without any.'),
  mailbox_depth: count.describe('Requests that are being worked on.'),
  conversions_waiting: count.describe(
    'For their click, for ClickHouse, or for a correction there.',
  ),
  events_dropped: count.describe('Since the engine started.'),
  dead_letters: count.describe('Rows put aside since the engine started.'),
  actor_restarts: count.describe('Since the engine started.'),
});

export const statusSchema = z
  .object({
    stores: z.object({
      postgres: storeSchema,
      clickhouse: storeSchema,
      redis: storeSchema.nullable().describe('Null: the installation has none.'),
    }),
    engine: engineSchema.nullable().describe('Of this machine; null when it does not answer.'),
    engine_reason: z.string().nullable().describe('Why the engine does not answer.'),
    versions: z.object({ trellis: z.string(), node: z.string() }),
    uptime_seconds: z.number().describe('Of the admin service.'),
    checked_at: z.string().describe('ISO 8601.'),
  })
  .describe('How the installation is doing. It is the same for all organisations.');
