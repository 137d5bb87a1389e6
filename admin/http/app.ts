import Fastify from 'fastify';
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Check } from '../checks.ts';
import { plainVisitorReader, type VisitorReader } from '../visitor-reader.ts';
import { addAlertRoutes } from './alerts/routes.ts';
import { addFraudReportRoutes } from './analytics/fraud.ts';
import { addAnalyticsRoutes } from './analytics/routes.ts';
import { addAttributionRoutes } from './attribution/routes.ts';
import { authenticate } from './authenticate.ts';
import type { CampaignContext } from './campaigns/context.ts';
import { addCampaignRoutes } from './campaigns/routes.ts';
import { serveConsole } from './console/pages.ts';
import type { AdminContext, AdminInstance } from './context.ts';
import { addConversionRoutes } from './conversions/routes.ts';
import { addDiscoveryRoutes } from './discovery/routes.ts';
import { addDomainRoutes } from './domains/routes.ts';
import { addEventRoutes } from './events/routes.ts';
import { addFraudRoutes } from './fraud/routes.ts';
import { addHealthRoutes } from './health.ts';
import { addKeyRoutes } from './keys/routes.ts';
import { documentRoutes, serveDocumentPage } from './openapi.ts';
import { addOrganizationRoutes } from './organizations/routes.ts';
import { answerProblems, answerUnreadable } from './problems.ts';
import { limitRates } from './rate-limit.ts';
import { checkRequestValues } from './request-values.ts';
import { addRetroactiveRoutes } from './retroactive/routes.ts';
import { addSecurityHeaders } from './security-headers.ts';
import { addSessionRoutes } from './session/routes.ts';
import type { Installation } from './system/installation.ts';
import { addSystemRoutes } from './system/routes.ts';
import { validatorCompiler } from './validation.ts';
import { addWebhookRoutes } from './webhooks/routes.ts';

export type AdminOptions = {
  /** Asked for `/ready`, by the part's name. */
  checks?: Readonly<Record<string, Check>>;
  /** Networks whose X-Forwarded-For is believed. */
  trustedProxies?: string[];
  /** Where the engine of this machine listens. */
  enginePort?: number;
  /** Networks that webhooks may reach although they are not public. */
  webhookNetworks?: string[];
  /** Tells of visitors what the engine would. */
  visitors?: VisitorReader;
  /** Where the built console lies; the service has no pages without. */
  consoleFolder?: string | undefined;
  /** Where the rest of the installation is, for the page that shows how it does. */
  installation?: Installation;
  /** Whether requests are counted by key and address; true unless a test says otherwise. */
  isLimited?: boolean;
};

const BODY_BYTES_MAX = 1024 * 1024;
/** How long a request may take to arrive. */
const REQUEST_MS_MAX = 30_000;
const PATH_PARAMETER_LENGTH_MAX = 300;

/**
 * The admin service's HTTP side, not listening yet: what holds for every route first, then the
 * routes of each resource.
 */
export async function createAdminApp(
  context: AdminContext,
  options: AdminOptions = {},
): Promise<AdminInstance> {
  const { checks = {}, trustedProxies = [], isLimited = true } = options;
  const { consoleFolder } = options;
  const { enginePort = 8080, visitors = plainVisitorReader, webhookNetworks = [] } = options;
  const { installation = {} } = options;
  const app = Fastify({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_MS_MAX,
    routerOptions: { maxParamLength: PATH_PARAMETER_LENGTH_MAX },
    trustProxy: trustedProxies.length === 0 ? false : trustedProxies,
    frameworkErrors: answerUnreadable,
    // Requests on open connections are still answered while the process drains.
    return503OnClosing: false,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  answerProblems(app, context.logger);
  addSecurityHeaders(app);
  checkRequestValues(app);
  const refusalAllowed = await limitRates(app, { isLimited });
  await serveConsole(app, consoleFolder);
  await documentRoutes(app);
  await serveDocumentPage(app);
  const refuseKey = authenticate(app, context.pool, refusalAllowed);
  addHealthRoutes(app, checks);
  addSessionRoutes(app, context, refuseKey);
  const parts = { enginePort, visitors, trustedProxies, webhookNetworks, installation };
  addResources(app, { ...context, ...parts });
  return app;
}

/** Everything that an organisation can ask for. */
function addResources(
  app: AdminInstance,
  context: CampaignContext & {
    trustedProxies: string[];
    webhookNetworks: string[];
    installation: Installation;
  },
): void {
  addOrganizationRoutes(app, context);
  addDomainRoutes(app, context);
  addKeyRoutes(app, context);
  addCampaignRoutes(app, context);
  addRetroactiveRoutes(app, context);
  addAnalyticsRoutes(app, context);
  addAttributionRoutes(app, context);
  addDiscoveryRoutes(app, context);
  addFraudRoutes(app, context);
  addFraudReportRoutes(app, context);
  addAlertRoutes(app, context);
  addWebhookRoutes(app, context);
  addEventRoutes(app, context);
  addConversionRoutes(app, context);
  addSystemRoutes(app, context);
}
