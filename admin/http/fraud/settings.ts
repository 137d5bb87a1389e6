import { readSettings, saveSettings } from '../../../stores/postgres/fraud/settings.ts';
import type { AdminInstance } from '../context.ts';
import { withoutUndefined } from '../without-undefined.ts';
import { type FraudContext, reading, tags, writing } from './context.ts';
import { settingsChangeSchema, settingsSchema } from './schemas.ts';

const PATH = '/api/v1/fraud/settings';

/** Thresholds, and what becomes of blocked visitors. */
export function addSettingsRoutes(app: AdminInstance, { pool }: FraudContext): void {
  app.get(
    PATH,
    {
      config: reading,
      schema: {
        operationId: 'getFraudSettings',
        summary: 'The settings about fraud, complete',
        tags,
        response: { 200: settingsSchema.describe('With defaults for what was never set.') },
      },
    },
    async ({ caller }) => readSettings(pool, caller.organizationId),
  );
  app.put(
    PATH,
    {
      config: writing,
      schema: {
        operationId: 'setFraudSettings',
        summary: 'Change settings about fraud',
        description:
          'Every engine has them within a second. Members that are left out stay as they are.',
        tags,
        body: settingsChangeSchema,
        response: { 200: settingsSchema.describe('What holds then, complete.') },
      },
    },
    async ({ body, caller: { organizationId, keyId } }) =>
      saveSettings(pool, organizationId, withoutUndefined(body), keyId),
  );
}
