-- Webhooks: where organisations want to be told of alerts, and what is still to be told.

CREATE TABLE webhooks (
  webhook_id text PRIMARY KEY CHECK (webhook_id ~ '^wh_[0-9a-f]{16}$'),
  organization_id text NOT NULL REFERENCES organizations,
  url text NOT NULL,
  events text[] NOT NULL CHECK (cardinality(events) > 0),
  -- Signs what is sent. It cannot be stored as a hash, because signing needs the secret itself.
  secret text NOT NULL,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
  disabled_reason text,
  disabled_at timestamptz,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- Whoever holds the lease sends to this webhook and nobody else does. A holder that died loses it.
  lease uuid,
  leased_until timestamptz NOT NULL DEFAULT '-infinity',
  -- When it was last given a turn: webhooks take turns.
  served_at timestamptz NOT NULL DEFAULT '-infinity',
  -- Failed attempts since the last one that succeeded, when the first of them was, and until when the
  -- webhook is left in peace because of them.
  failures int NOT NULL DEFAULT 0,
  failing_since timestamptz,
  rests_until timestamptz NOT NULL DEFAULT '-infinity',
  -- Events that were not queued because the organisation's queue was full.
  deliveries_dropped bigint NOT NULL DEFAULT 0
);
CREATE INDEX webhooks_by_organization ON webhooks (organization_id, webhook_id);

CREATE TABLE webhook_deliveries (
  delivery_id text PRIMARY KEY CHECK (delivery_id ~ '^dlv_[0-9a-f]{32}$'),
  -- The order of lists.
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  organization_id text NOT NULL,
  webhook_id text NOT NULL REFERENCES webhooks ON DELETE CASCADE,
  -- The same on each attempt, so that receivers can tell what they have seen already.
  event_id text NOT NULL,
  event_type text NOT NULL,
  -- The very text that is signed and sent: each attempt sends the same bytes.
  body text NOT NULL,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'dead')),
  -- Counted before an attempt begins.
  attempts int NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL DEFAULT now(),
  last_attempt_at timestamptz,
  -- The HTTP status that was answered last; null: there was no answer.
  last_status int,
  last_error text,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  UNIQUE (webhook_id, event_id)
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, next_attempt_at)
  WHERE status = 'pending';
CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (organization_id)
  WHERE status = 'pending';
CREATE INDEX webhook_deliveries_finished ON webhook_deliveries (organization_id, finished_at)
  WHERE status <> 'pending';
CREATE INDEX webhook_deliveries_listed ON webhook_deliveries (organization_id, sequence);
CREATE INDEX webhook_deliveries_of_webhook ON webhook_deliveries (webhook_id, sequence);
