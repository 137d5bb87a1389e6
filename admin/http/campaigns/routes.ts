import type { AdminInstance } from '../context.ts';
import { addChangeRoutes } from './change.ts';
import { addCloneRoute } from './clone.ts';
import type { CampaignContext } from './context.ts';
import { addCreateRoute } from './create.ts';
import { addReadRoutes } from './read.ts';
import { addTestRoute } from './try/route.ts';

/** Campaigns: create, list, get, change, archive, clone, and what a request would come to. */
export function addCampaignRoutes(app: AdminInstance, context: CampaignContext): void {
  addCreateRoute(app, context);
  addReadRoutes(app, context);
  addChangeRoutes(app, context);
  addCloneRoute(app, context);
  addTestRoute(app, context);
}
