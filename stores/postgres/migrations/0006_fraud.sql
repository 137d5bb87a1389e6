-- Fraud: what organisations set, whom they block, and what was detected.

-- Members of core/fraud/settings.ts that differ from the defaults, or were set to them.
ALTER TABLE organizations ADD COLUMN fraud jsonb NOT NULL DEFAULT '{}'
  CHECK (jsonb_typeof(fraud) = 'object');

-- Two lists of each organisation: addresses and networks that are blocked, and those that never are.
-- Engines follow them by `version`, like the rest of the configuration, but check `until` themselves:
-- an expired row may therefore be deleted, a row that was removed before its time may not.
CREATE TABLE fraud_blocks (
  -- Begins with the time in hex, so that ids sort by age.
  block_id text PRIMARY KEY CHECK (block_id ~ '^blk_[0-9a-f]{20}$'),
  organization_id text NOT NULL REFERENCES organizations,
  kind text NOT NULL CHECK (kind IN ('block', 'never_block')),
  network cidr NOT NULL,
  reason text NOT NULL DEFAULT '',
  source text NOT NULL DEFAULT 'manual' CHECK (source IN ('manual', 'automatic')),
  -- What led to an automatic block: its confidence, and [{"pattern":text,"confidence":number}].
  confidence real,
  patterns jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(patterns) = 'array'),
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- Null: until it is removed.
  until timestamptz,
  removed_at timestamptz,
  removed_by text,
  version bigint NOT NULL DEFAULT 0,
  CHECK ((removed_at IS NULL) = (removed_by IS NULL))
);
CREATE INDEX fraud_blocks_by_version ON fraud_blocks (version);
CREATE INDEX fraud_blocks_by_organization ON fraud_blocks (organization_id, kind, block_id);
CREATE INDEX fraud_blocks_by_network ON fraud_blocks (organization_id, network);
CREATE UNIQUE INDEX fraud_blocks_one_each ON fraud_blocks (organization_id, kind, network)
  WHERE removed_at IS NULL;
CREATE INDEX fraud_blocks_by_until ON fraud_blocks (until) WHERE until IS NOT NULL;

CREATE TRIGGER lock_version BEFORE INSERT OR UPDATE ON fraud_blocks
  FOR EACH STATEMENT EXECUTE FUNCTION lock_configuration_version();
CREATE TRIGGER stamp_version BEFORE INSERT OR UPDATE ON fraud_blocks
  FOR EACH ROW EXECUTE FUNCTION stamp_configuration_version();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON fraud_blocks
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

CREATE FUNCTION refuse_delete_of_block() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'blocks are deleted only when their time is over, because engines would not notice: '
    'mark them as removed';
END
$$;
CREATE TRIGGER refuse_delete BEFORE DELETE ON fraud_blocks
  FOR EACH ROW WHEN (OLD.until IS NULL OR OLD.until > now())
  EXECUTE FUNCTION refuse_delete_of_block();

-- One for each address, pattern and hour.
CREATE TABLE alerts (
  alert_id text PRIMARY KEY CHECK (alert_id ~ '^alr_[0-9a-f]{20}$'),
  organization_id text NOT NULL REFERENCES organizations,
  type text NOT NULL DEFAULT 'fraud_detection',
  severity text NOT NULL DEFAULT 'high',
  -- As in core/fraud/detection.ts: an IPv4 address or the /64 network of an IPv6 address.
  address text NOT NULL,
  pattern text NOT NULL,
  hour timestamptz NOT NULL,
  message text NOT NULL,
  -- The detection as it was when the alert was raised.
  data jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(data) = 'object'),
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'resolved')),
  resolution text,
  resolved_by text,
  resolved_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organization_id, address, pattern, hour)
);
CREATE INDEX alerts_by_organization ON alerts (organization_id, alert_id);
CREATE INDEX alerts_open ON alerts (organization_id, alert_id) WHERE status = 'open';
CREATE INDEX alerts_by_time ON alerts (created_at);

-- Who changed what: one entry for each change of settings, lists and alerts, written with it.
CREATE TABLE fraud_audit (
  entry_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_id text NOT NULL REFERENCES organizations,
  at timestamptz NOT NULL DEFAULT now(),
  -- The id of the key that was used, or `automatic`.
  actor text NOT NULL,
  -- block_added, block_removed, never_block_added, never_block_removed, alert_raised, alert_resolved,
  -- settings_changed
  action text NOT NULL,
  -- What was changed: a network, an alert's id, or '' for settings.
  subject text NOT NULL DEFAULT '',
  detail jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(detail) = 'object')
);
CREATE INDEX fraud_audit_by_organization ON fraud_audit (organization_id, entry_id);

-- The newest confidence of each address that was detected within a day.
CREATE TABLE fraud_scores (
  organization_id text NOT NULL,
  address text NOT NULL,
  country text NOT NULL DEFAULT '',
  confidence real NOT NULL CHECK (confidence BETWEEN 0 AND 1),
  -- [{"pattern":text,"confidence":number}]
  patterns jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(patterns) = 'array'),
  -- WindowStats of core/fraud/detection.ts.
  "window" jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof("window") = 'object'),
  updated_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, address)
);
CREATE INDEX fraud_scores_by_expiry ON fraud_scores (expires_at);
