import { z } from 'zod';
import { parseCurrency } from '../../../core/currencies.ts';
import { compileDestination } from '../../../core/destination/compile.ts';
import { keyWithSecretSchema, scopesSchema } from '../keys/schemas.ts';

export const organizationIdSchema = z
  .string()
  .regex(/^org_[a-z0-9_-]{1,60}$/, "must be org_ and 1 to 60 of a-z, 0-9, '_' and '-'");

const name = z.string().min(1).max(200).describe('What people call the organisation.');
const cookies = z.boolean().describe('Whether redirects set the cookie `trl_uid`.');
const currency = z
  .string()
  .refine((code) => parseCurrency(code) === code, 'is no ISO 4217 currency, such as USD')
  .describe('Of conversions that name none.');
const fallbackUrl = z
  .string()
  .min(1)
  .max(4_000)
  .superRefine((url, context) => {
    const outcome = compileDestination(url, []);
    for (const { message } of outcome.kind === 'refused' ? outcome.faults : []) {
      context.addIssue({ code: 'custom', message });
    }
  })
  .nullable()
  .describe('Where clicks go that no campaign takes; macros as in destinations. Null: 404.');

export const organizationBodySchema = z.strictObject({
  organization_id: organizationIdSchema.optional().describe('Made from the name when left out.'),
  name,
  cookies: cookies.default(true),
  fallback_url: fallbackUrl.default(null),
  currency: currency.default('USD'),
  first_key: z
    .strictObject({
      name: z.string().min(1).max(200).default('first key'),
      scopes: scopesSchema.optional().describe('All but `admin` when left out.'),
    })
    .prefault({}),
});

export const organizationPatchSchema = z.strictObject({
  name: name.optional(),
  cookies: cookies.optional(),
  fallback_url: fallbackUrl.optional(),
  currency: currency.optional(),
});

export const organizationSchema = z.object({
  organization_id: z.string(),
  name: z.string(),
  cookies: z.boolean(),
  fallback_url: z.string().nullable(),
  currency: z.string(),
  created_at: z.date(),
});

export const createdOrganizationSchema = organizationSchema.extend({
  first_key: keyWithSecretSchema,
});
