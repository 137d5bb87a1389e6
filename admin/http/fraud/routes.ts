import { type Network, parseNetwork } from '../../../core/rules/address/network.ts';
import type { AdminContext, AdminInstance } from '../context.ts';
import { addAuditRoutes } from './audit.ts';
import { addBacktestRoutes } from './backtest.ts';
import { addListRoutes } from './lists.ts';
import { addScoreRoutes } from './scores.ts';
import { addSettingsRoutes } from './settings.ts';

/**
 * Whom an organisation blocks, and why: lists, scores, settings, their backtest and the audit trail.
 *
 * @param context.trustedProxies networks in CIDR form, as in the settings
 */
export function addFraudRoutes(
  app: AdminInstance,
  context: AdminContext & { trustedProxies: readonly string[] },
): void {
  const trustedNetworks = context.trustedProxies
    .map(parseNetwork)
    .filter((network): network is Network => network !== null);
  const parts = { ...context, trustedNetworks };
  addListRoutes(app, parts);
  addScoreRoutes(app, parts);
  addSettingsRoutes(app, parts);
  addBacktestRoutes(app, parts);
  addAuditRoutes(app, parts);
}
