import { getOrganization } from '../../../stores/postgres/configuration/organizations.ts';
import type { AdminContext, AdminInstance } from '../context.ts';
import { keepText, keptText } from './keep-text.ts';
import { trialBodySchema, trialSchema } from './schemas.ts';
import { tryPostback } from './trial.ts';

/** As much as the engine takes. */
const POSTBACK_BYTES_MAX = 64 * 1024;
/** Of organisations that PostgreSQL has without one. */
const DEFAULT_CURRENCY = 'USD';

/** What the engine would say to a postback. */
export function addTrialRoute(app: AdminInstance, context: AdminContext): void {
  app.post(
    '/api/v1/conversions/test',
    {
      config: { scope: 'analytics:read', rateLimit: { max: 120 } },
      preParsing: keepText(POSTBACK_BYTES_MAX),
      schema: {
        operationId: 'testPostback',
        summary: 'What the engine would answer to a postback',
        description:
          'The body is judged by the same code as in the engine. Fields of a postback by GET are sent as JSON texts. Postbacks of the last second, and those accepted while PostgreSQL is down, are not known to be there yet. Nothing is stored.',
        tags: ['conversions'],
        body: trialBodySchema,
        response: { 200: trialSchema },
      },
    },
    async (request) => {
      const { organizationId } = request.caller;
      const organization = await getOrganization(context.pool, organizationId);
      return tryPostback(context, {
        organizationId,
        body: keptText(request),
        currency: organization?.currency ?? DEFAULT_CURRENCY,
      });
    },
  );
}
