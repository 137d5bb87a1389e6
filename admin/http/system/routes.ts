import type { z } from 'zod';
import { SharedAnswers } from '../../../analytics/queries/reports/shared-answers.ts';
import { productVersion } from '../../../core/product-version.ts';
import type { AdminContext, AdminInstance } from '../context.ts';
import { readEngineStatus } from './engine-status.ts';
import type { Installation } from './installation.ts';
import { statusSchema } from './schemas.ts';
import { clickHouseStatus, postgresStatus, RedisWatch } from './store-status.ts';

type SystemContext = AdminContext & { installation: Installation };

/** How stores and engine are doing. */
export function addSystemRoutes(app: AdminInstance, context: SystemContext): void {
  const { redisUrl } = context.installation;
  const redis = redisUrl === undefined ? null : new RedisWatch(redisUrl, context);
  app.addHook('onClose', async () => redis?.close());
  const shared = new SharedAnswers<z.input<typeof statusSchema>>();
  app.get(
    '/api/v1/system/status',
    {
      config: { scope: 'analytics:read' },
      schema: {
        operationId: 'getSystemStatus',
        summary: 'Stores and engine of the installation',
        description: 'Answers also when some of them do not.',
        tags: ['system'],
        response: { 200: statusSchema },
      },
    },
    // One answer for all organisations: it tells of none of them.
    () => shared.get('', '', () => readStatus(context, redis)),
  );
}

async function readStatus(
  context: SystemContext,
  redis: RedisWatch | null,
): Promise<z.input<typeof statusSchema>> {
  const nowMs = context.clock.nowMs();
  const { engine: addresses } = context.installation;
  const [postgres, clickhouse, redisStatus, engine] = await Promise.all([
    postgresStatus(context),
    clickHouseStatus(context),
    redis === null ? null : redis.status(),
    addresses === undefined
      ? { engine: null, engine_reason: 'this service was not told where the engine is' }
      : readEngineStatus(addresses, nowMs),
  ]);
  return {
    stores: { postgres, clickhouse, redis: redisStatus },
    ...engine,
    versions: { trellis: productVersion(), node: process.versions.node },
    uptime_seconds: Math.round(process.uptime()),
    checked_at: new Date(nowMs).toISOString(),
  };
}
