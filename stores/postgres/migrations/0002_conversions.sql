-- The ledger of conversions: each one stands here exactly once, and ClickHouse is told from here.
--
-- Rows are also inserted by hand or by scripts that name few columns; defaults complete those, and
-- they are published like any other.

-- Rows that go to ClickHouse in one insert. The token makes a repeated insert harmless.
CREATE TABLE conversion_batches (
  id bigserial PRIMARY KEY,
  token uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
  row_count int NOT NULL CHECK (row_count > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  -- When ClickHouse confirmed it; null: it may be there or not.
  acknowledged_at timestamptz
);
CREATE INDEX conversion_batches_unacknowledged ON conversion_batches (id)
  WHERE acknowledged_at IS NULL;

CREATE TABLE conversions (
  id bigserial PRIMARY KEY,
  organization_id text NOT NULL CHECK (organization_id <> ''),
  -- The click's click_id or event_id, as the merchant sent it.
  click_id text NOT NULL CHECK (click_id <> ''),
  event_id text NOT NULL CHECK (event_id <> ''),
  conversion_event text NOT NULL DEFAULT 'conversion' CHECK (conversion_event NOT IN ('', 'click')),
  -- The bounds also keep NaN out, which numeric allows and ClickHouse's Decimal does not.
  conversion_value numeric(18, 4) NOT NULL DEFAULT 0
    CHECK (conversion_value BETWEEN 0 AND 99999999999999.9999),
  -- ISO 4217; the organisation's unless given.
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  order_id text NOT NULL DEFAULT '',
  user_id text,
  campaign_id text,
  metadata jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(metadata) = 'object'),
  -- When the postback was received. Years that ClickHouse's DateTime64 knows.
  created_at timestamptz NOT NULL DEFAULT now()
    CHECK (created_at BETWEEN '1970-01-01Z' AND '2200-01-01Z'),

  -- Which accepted request this row is; null for rows that did not come by postback.
  receipt_id text,

  -- The click. `click` holds its columns only until ClickHouse has them.
  click_event_id text,
  click jsonb,
  matched_at timestamptz,
  match_attempts int NOT NULL DEFAULT 0,
  -- When to look for the click again; null once it is found or the search has ended.
  next_match_at timestamptz DEFAULT '-infinity',

  batch_id bigint REFERENCES conversion_batches,
  -- The click was found after the row had been given to a batch: ClickHouse's row needs an update.
  correction_pending boolean NOT NULL DEFAULT false,
  -- Why ClickHouse refuses this row; it is then left out of batches until somebody clears this.
  publish_error text,

  UNIQUE (organization_id, click_id, conversion_event, order_id)
);
CREATE INDEX conversions_unpublished ON conversions (id)
  WHERE batch_id IS NULL AND publish_error IS NULL;
CREATE INDEX conversions_to_match ON conversions (next_match_at) WHERE next_match_at IS NOT NULL;
CREATE INDEX conversions_to_correct ON conversions (id) WHERE correction_pending;
CREATE INDEX conversions_by_batch ON conversions (batch_id);
CREATE INDEX conversions_by_time ON conversions (organization_id, created_at);

CREATE FUNCTION default_conversion_currency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT currency INTO NEW.currency
    FROM organizations WHERE organization_id = NEW.organization_id;
  NEW.currency := coalesce(NEW.currency, 'USD');
  RETURN NEW;
END
$$;
CREATE TRIGGER default_currency BEFORE INSERT ON conversions
  FOR EACH ROW WHEN (NEW.currency IS NULL) EXECUTE FUNCTION default_conversion_currency();
