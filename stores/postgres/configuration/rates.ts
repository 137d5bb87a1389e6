import type pg from 'pg';
import { TrellisError } from '../../../core/errors.ts';
import { withTransaction } from '../client.ts';
import { isConstraint } from './constraints.ts';

/** How an organisation's money is converted for its reports. */
export type CurrencyRates = {
  /** ISO 4217: the organisation's. */
  reportingCurrency: string;
  /** One unit of a currency in the reporting currency, as decimal text: `EUR` → `1.0834`. */
  rates: Map<string, string>;
  /** When the rates last changed; null: there are none. */
  updatedAt: Date | null;
};

type RateRow = { reporting: string; currency: string | null; rate: string; updated_at: Date };

/**
 * @returns the rates into the currency that the organisation reports in now
 * @throws TrellisError `organization_unknown`
 */
export async function readRates(
  pool: pg.Pool | pg.ClientBase,
  organizationId: string,
): Promise<CurrencyRates> {
  const { rows } = await pool.query<RateRow>(
    `SELECT o.currency AS reporting, r.currency, r.rate, r.updated_at
      FROM organizations o
      LEFT JOIN currency_rates r
        ON r.organization_id = o.organization_id AND r.reporting_currency = o.currency
      WHERE o.organization_id = $1 ORDER BY r.currency`,
    [organizationId],
  );
  const first = rows[0];
  if (first === undefined) {
    throw unknownOrganization(organizationId);
  }
  const rates = new Map<string, string>();
  let changedMs = 0;
  for (const { currency, rate, updated_at } of rows) {
    if (currency !== null) {
      rates.set(currency, rate);
      changedMs = Math.max(changedMs, updated_at.getTime());
    }
  }
  const updatedAt = rates.size === 0 ? null : new Date(changedMs);
  return { reportingCurrency: first.reporting, rates, updatedAt };
}

/**
 * Makes these the rates into the organisation's currency, all at once; others are forgotten.
 *
 * @param rates decimal texts above 0, at most 10 digits before and after the point
 * @returns what then holds
 * @throws TrellisError `organization_unknown`; `rates_invalid` when a currency or a rate cannot be
 *   stored, or the reporting currency itself is given one
 */
export async function replaceRates(
  pool: pg.Pool,
  organizationId: string,
  rates: ReadonlyMap<string, string>,
): Promise<CurrencyRates> {
  try {
    return await withTransaction(pool, async (client) => {
      // Two writers at once would each insert beside the other's rows without this.
      const { rows } = await client.query<{ currency: string }>(
        'SELECT currency FROM organizations WHERE organization_id = $1 FOR NO KEY UPDATE',
        [organizationId],
      );
      const reporting = rows[0]?.currency;
      if (reporting === undefined) {
        throw unknownOrganization(organizationId);
      }
      await client.query(
        'DELETE FROM currency_rates WHERE organization_id = $1 AND reporting_currency = $2',
        [organizationId, reporting],
      );
      await client.query(
        `INSERT INTO currency_rates (organization_id, reporting_currency, currency, rate)
          SELECT $1, $2, * FROM unnest($3::text[], $4::numeric[])`,
        [organizationId, reporting, [...rates.keys()], [...rates.values()]],
      );
      return readRates(client, organizationId);
    });
  } catch (error) {
    if (isConstraint(error, 'check')) {
      throw new TrellisError('rates_invalid', 'A rate cannot be stored', { cause: error });
    }
    throw error;
  }
}

function unknownOrganization(organizationId: string): TrellisError {
  return new TrellisError('organization_unknown', `There is no organisation ${organizationId}`);
}
