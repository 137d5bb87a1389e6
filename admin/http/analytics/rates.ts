import { z } from 'zod';
import { RATE_PATTERN } from '../../../analytics/schema/money.ts';
import { parseCurrency } from '../../../core/currencies.ts';
import {
  type CurrencyRates,
  readRates,
  replaceRates,
} from '../../../stores/postgres/configuration/rates.ts';
import type { AdminContext, AdminInstance } from '../context.ts';
import { invalidRequest } from '../validation.ts';
import { currencySchema } from './schemas.ts';

const tags = ['currency rates'];

const answerSchema = z
  .object({
    reporting_currency: currencySchema,
    rates: z
      .record(z.string(), z.string())
      .describe('By currency: what one unit of it is worth, as decimal text.'),
    updated_at: z.date().nullable(),
  })
  .describe('The rates that reports use.');

const bodySchema = z.strictObject({
  rates: z
    .record(
      z
        .string()
        .refine((code) => parseCurrency(code) === code, 'is no ISO 4217 currency, such as EUR'),
      z
        .union([z.string().max(30), z.number()])
        .transform(String)
        .refine(
          (rate) => RATE_PATTERN.test(rate) && /[1-9]/.test(rate),
          'must be a number above 0 with at most 10 digits before and after the point',
        ),
    )
    .describe('All rates; those left out are forgotten. Text (`"1.0834"`) or number.'),
});

/** What other currencies are worth in the one that an organisation reports in. */
export function addRateRoutes(app: AdminInstance, { pool }: AdminContext): void {
  const path = '/api/v1/currency-rates';
  app.get(
    path,
    {
      config: { scope: 'analytics:read' },
      schema: {
        operationId: 'getCurrencyRates',
        summary: 'The rates with which reports convert amounts',
        tags,
        response: { 200: answerSchema },
      },
    },
    async ({ caller }) => toAnswer(await readRates(pool, caller.organizationId)),
  );
  app.put(
    path,
    {
      config: { scope: 'campaigns:write' },
      schema: {
        operationId: 'replaceCurrencyRates',
        summary: 'Set all rates at once',
        description:
          "Reports convert with the rates of the moment, the past included. Amounts in a currency without a rate are shown beside a report's revenue, never added to it.",
        tags,
        body: bodySchema,
        response: { 200: answerSchema },
      },
    },
    async ({ body, caller: { organizationId } }) => {
      const rates = new Map(Object.entries(body.rates));
      const { reportingCurrency } = await readRates(pool, organizationId);
      if (rates.has(reportingCurrency)) {
        const path = `/body/rates/${reportingCurrency}`;
        throw invalidRequest([{ path, message: 'is the reporting currency, which is always 1' }]);
      }
      return toAnswer(await replaceRates(pool, organizationId, rates));
    },
  );
}

function toAnswer({ reportingCurrency, rates, updatedAt }: CurrencyRates) {
  return {
    reporting_currency: reportingCurrency,
    rates: Object.fromEntries(rates),
    updated_at: updatedAt,
  };
}
