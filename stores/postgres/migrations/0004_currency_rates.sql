-- What other currencies are worth in an organisation's reporting currency (organizations.currency).
--
-- Rates name the currency they convert to: when the organisation reports in another one, they no
-- longer apply instead of being applied wrongly. Engines need none of this, so there is no version.

CREATE TABLE currency_rates (
  organization_id text NOT NULL REFERENCES organizations,
  reporting_currency text NOT NULL CHECK (reporting_currency ~ '^[A-Z]{3}$'),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$' AND currency <> reporting_currency),
  -- One unit of `currency` in units of `reporting_currency`. The bounds keep NaN out as well.
  rate numeric NOT NULL CHECK (rate > 0 AND rate < 10000000000 AND scale(rate) <= 10),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, reporting_currency, currency)
);
