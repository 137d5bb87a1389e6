import type { AdminContext, AdminInstance } from '../context.ts';
import { addCampaignReportRoutes } from './campaigns.ts';
import { addJourneyRoutes } from './journey.ts';
import { addRateRoutes } from './rates.ts';
import { addRealtimeRoutes } from './realtime.ts';
import { addReportRoutes } from './report.ts';

/** Questions about traffic and what it was worth. */
export function addAnalyticsRoutes(app: AdminInstance, context: AdminContext): void {
  addCampaignReportRoutes(app, context);
  addRealtimeRoutes(app, context);
  addJourneyRoutes(app, context);
  addReportRoutes(app, context);
  addRateRoutes(app, context);
}
