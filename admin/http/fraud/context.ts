import type { Network } from '../../../core/rules/address/network.ts';
import type { AdminContext } from '../context.ts';

/** What the routes about fraud work with. */
export type FraudContext = AdminContext & {
  /** Proxies of this installation: whoever blocks them blocks everybody. */
  trustedNetworks: readonly Network[];
};

export const tags = ['fraud'];
/** Of routes that only tell. */
export const reading = { scope: 'analytics:read' } as const;
/** Of routes that change something. */
export const writing = { scope: 'fraud:write' } as const;
