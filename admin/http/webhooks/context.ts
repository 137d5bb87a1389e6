import type { AddressCheck } from '../../webhooks/addresses.ts';
import type { AdminContext } from '../context.ts';

export type WebhookContext = AdminContext & {
  /** Networks that webhooks may reach although they are not public; none when left out. */
  webhookNetworks?: readonly string[];
};

/** What the routes of webhooks work with. */
export type WebhookParts = AdminContext & { isAllowed: AddressCheck };
