import type { AdminInstance } from '../context.ts';
import { addChangeRoutes } from './change.ts';
import { addCloneRoute } from './clone.ts';
import type { CampaignContext } from './context.ts';
import { addCreateRoute } from './create.ts';
import { addReadRoutes } from './read.ts';
import { addRuleSchemaRoute } from './rule-schema.ts';
import { addTestRoute } from './try/route.ts';

/** Campaigns: create, list, get, change, archive, clone, what a request would come to, and what rules are made of. */
export function addCampaignRoutes(app: AdminInstance, context: CampaignContext): void {
  addCreateRoute(app, context);
  addReadRoutes(app, context);
  addChangeRoutes(app, context);
  addCloneRoute(app, context);
  addTestRoute(app, context);
  addRuleSchemaRoute(app);
}
