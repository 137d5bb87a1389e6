import { z } from 'zod';
import { SCOPES } from '../../../core/configuration.ts';

export const scopesSchema = z
  .array(z.enum(SCOPES))
  .min(1)
  .max(SCOPES.length)
  .describe('What the key may do; only what the key that asks may do itself.');

export const keySchema = z.object({
  key_id: z.string(),
  organization_id: z.string(),
  name: z.string(),
  key_prefix: z.string().describe('How the key begins, to recognise it by.'),
  scopes: z.array(z.string()),
  created_at: z.date(),
  expires_at: z.date().nullable(),
  revoked_at: z.date().nullable(),
});

export const keyWithSecretSchema = keySchema.extend({
  key: z.string().describe('The key itself. It is shown this once and stored nowhere.'),
});
