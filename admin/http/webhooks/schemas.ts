import { z } from 'zod';
import { WEBHOOK_EVENTS, WEBHOOKS_MAX } from '../../../stores/postgres/webhooks/webhooks.ts';
import type { AddressCheck } from '../../webhooks/addresses.ts';
import { readWebhookUrl, URL_LENGTH_MAX } from '../../webhooks/url.ts';
import { nextCursorSchema, pageQuery } from '../cursor.ts';

const events = z
  .array(z.enum(WEBHOOK_EVENTS))
  .min(1)
  .max(WEBHOOK_EVENTS.length)
  .describe('What it is told of.');

/** @param isAllowed judges hosts that are IP addresses; names are judged when they are resolved */
export function newWebhookSchema(isAllowed: AddressCheck) {
  const url = z
    .string()
    .max(URL_LENGTH_MAX)
    .transform((text, context) => {
      const read = readWebhookUrl(text, isAllowed);
      if (typeof read === 'string') {
        context.addIssue({ code: 'custom', message: read });
        return z.NEVER;
      }
      return read.href;
    });
  return z.strictObject({
    url: url.describe('Of http or https, with a public host; ports 80, 443 and above 1024.'),
    events: events.default([...WEBHOOK_EVENTS]),
  });
}

export const webhookSchema = z.object({
  webhook_id: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  status: z.enum(['active', 'disabled']),
  disabled_reason: z.string().nullable(),
  disabled_at: z.date().nullable(),
  failing_since: z
    .date()
    .nullable()
    .describe('When the first attempt failed of those that no success has followed.'),
  deliveries_dropped: z
    .number()
    .describe('Events that were not queued because too many waited already.'),
  created_by: z.string().describe('The key that asked for it.'),
  created_at: z.date(),
});

export const createdWebhookSchema = webhookSchema.extend({
  secret: z.string().describe('Signs what is sent to it. It is shown this once.'),
});

export const webhooksSchema = z
  .object({ webhooks: z.array(webhookSchema) })
  .describe(`All of them: there are at most ${WEBHOOKS_MAX}.`);

const deliveryStatus = z.enum(['pending', 'delivered', 'dead']);

export const deliverySchema = z.object({
  delivery_id: z.string(),
  webhook_id: z.string(),
  event_id: z.string().describe('The same on each attempt.'),
  event_type: z.string(),
  status: deliveryStatus,
  attempts: z.number().int(),
  next_attempt_at: z.date().nullable().describe('null: there will be none by itself.'),
  last_attempt_at: z.date().nullable(),
  last_status: z.number().int().nullable().describe('The HTTP status; null: no answer came.'),
  last_error: z.string().nullable(),
  payload: z.unknown().describe('What is sent.'),
  created_at: z.date(),
  finished_at: z.date().nullable(),
});

export const deliveriesQuerySchema = z.object({
  ...pageQuery,
  status: deliveryStatus.optional().describe('`dead`: those that are no longer tried.'),
});

export const deliveriesSchema = z
  .object({ deliveries: z.array(deliverySchema), next_cursor: nextCursorSchema })
  .describe('One page, newest first.');
