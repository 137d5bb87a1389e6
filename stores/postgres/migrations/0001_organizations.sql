-- Who the customers are, what they own, and the version number that lets engines follow changes.
--
-- Every row that an engine must know carries the version at which it last changed. The number comes
-- from the only row of configuration_version, and a writer keeps that row locked until it commits.
-- Writers therefore commit in the order of their numbers, and whoever has seen version n and asks
-- for "everything above n" cannot miss a change, however long its transaction took.

CREATE TABLE configuration_version (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  version bigint NOT NULL,
  -- The transaction that set this version; its further changes share the number. The time stands
  -- beside the transaction's id because ids start afresh when a dump is restored elsewhere.
  changed_by xid8,
  changed_at timestamptz
);
INSERT INTO configuration_version (version) VALUES (0);

CREATE TABLE organizations (
  organization_id text PRIMARY KEY CHECK (organization_id ~ '^org_[a-z0-9_-]{1,60}$'),
  name text NOT NULL CHECK (name <> ''),
  cookies boolean NOT NULL DEFAULT true,
  fallback_url text,
  currency text NOT NULL DEFAULT 'USD' CHECK (currency ~ '^[A-Z]{3}$'),
  created_at timestamptz NOT NULL DEFAULT now(),
  version bigint NOT NULL DEFAULT 0
);
CREATE INDEX organizations_by_version ON organizations (version);

CREATE TABLE domains (
  hostname text PRIMARY KEY CHECK (hostname = lower(hostname) AND hostname <> ''),
  organization_id text NOT NULL REFERENCES organizations,
  removed boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  version bigint NOT NULL DEFAULT 0
);
CREATE INDEX domains_by_version ON domains (version);
CREATE INDEX domains_by_organization ON domains (organization_id);

CREATE TABLE api_keys (
  key_id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES organizations,
  name text NOT NULL,
  -- SHA-256 of the whole key, in hex. The key itself is stored nowhere.
  key_hash text NOT NULL UNIQUE CHECK (key_hash ~ '^[0-9a-f]{64}$'),
  -- The beginning of the key, so that its owner recognises it in a list.
  key_prefix text NOT NULL,
  scopes text[] NOT NULL CHECK (cardinality(scopes) > 0),
  expires_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  version bigint NOT NULL DEFAULT 0
);
CREATE INDEX api_keys_by_version ON api_keys (version);
CREATE INDEX api_keys_by_organization ON api_keys (organization_id, key_id);

CREATE TABLE campaigns (
  organization_id text NOT NULL REFERENCES organizations,
  campaign_id text NOT NULL CHECK (campaign_id ~ '^[A-Za-z0-9_.~-]{1,128}$'),
  name text NOT NULL,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'paused', 'archived')),
  -- {"type":"redirect","destination":text,"passthrough":[text]|"all","tags":[text]}
  default_action jsonb NOT NULL CHECK (
    default_action ->> 'type' = 'redirect'
    AND jsonb_typeof(default_action -> 'destination') = 'string'
    AND (jsonb_typeof(default_action -> 'passthrough') = 'array'
      OR default_action -> 'passthrough' = '"all"')
    AND jsonb_typeof(default_action -> 'tags') = 'array'
  ),
  -- Rules, caps and whatever else a campaign is made of besides its default action.
  definition jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(definition) = 'object'),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  version bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (organization_id, campaign_id)
);
CREATE INDEX campaigns_by_version ON campaigns (version);

-- Which node owns which number; numbers are part of the ids that nodes make without asking anybody.
CREATE TABLE nodes (
  node_number smallint PRIMARY KEY CHECK (node_number BETWEEN 0 AND 63),
  name text NOT NULL UNIQUE,
  first_seen timestamptz NOT NULL DEFAULT now(),
  last_seen timestamptz NOT NULL DEFAULT now()
);

-- Runs before a statement touches any row: all writers take this lock before any other, so that
-- they queue instead of deadlocking.
CREATE FUNCTION lock_configuration_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM configuration_version FOR UPDATE;
  RETURN NULL;
END
$$;

-- Stamps the row with the transaction's version. The first change of a transaction raises the
-- number and tells the listeners; the others share it, so that a bulk import costs one version.
CREATE FUNCTION stamp_configuration_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  stamped bigint;
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'rows of % are never deleted, because engines would not notice: '
      'mark them as removed, revoked or archived', TG_TABLE_NAME;
  END IF;
  IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN
    RETURN NEW;
  END IF;
  UPDATE configuration_version
    SET version = version + 1,
      changed_by = pg_current_xact_id(),
      changed_at = transaction_timestamp()
    WHERE (changed_by, changed_at)
      IS DISTINCT FROM (pg_current_xact_id(), transaction_timestamp())
    RETURNING version INTO stamped;
  IF stamped IS NULL THEN
    SELECT version INTO STRICT stamped FROM configuration_version;
  ELSE
    PERFORM pg_notify('trellis_configuration', stamped::text);
  END IF;
  NEW.version := stamped;
  RETURN NEW;
END
$$;

CREATE FUNCTION refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never deleted, because engines would not notice', TG_TABLE_NAME;
END
$$;

DO $$
DECLARE
  configured text;
BEGIN
  FOREACH configured IN ARRAY ARRAY['organizations', 'domains', 'api_keys', 'campaigns'] LOOP
    EXECUTE format('CREATE TRIGGER lock_version BEFORE INSERT OR UPDATE OR DELETE ON %I
      FOR EACH STATEMENT EXECUTE FUNCTION lock_configuration_version()', configured);
    EXECUTE format('CREATE TRIGGER stamp_version BEFORE INSERT OR UPDATE OR DELETE ON %I
      FOR EACH ROW EXECUTE FUNCTION stamp_configuration_version()', configured);
    EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON %I
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate()', configured);
  END LOOP;
END
$$;
