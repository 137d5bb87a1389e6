-- Retroactive runs: a campaign claims traffic that was recorded without one. What a run does is cut
-- into steps, each of which can be repeated, so that whoever dies in between is replaced by anybody.

CREATE TABLE retroactive_runs (
  run_id text PRIMARY KEY CHECK (run_id ~ '^run_[0-9a-f]{16}$'),
  organization_id text NOT NULL,
  campaign_id text NOT NULL,
  -- What the run claims: event times, start inclusive, end exclusive.
  range_start timestamptz NOT NULL,
  range_end timestamptz NOT NULL CHECK (range_end > range_start),
  -- {"timezone":text,"rules":[{"rule_id":text,"tags":[text],"conditions":[…]}]}, in the order in which
  -- they are tried. A copy: what is changed in the campaign later must not change a run under way.
  definition jsonb NOT NULL CHECK (jsonb_typeof(definition -> 'rules') = 'array'),
  status text NOT NULL DEFAULT 'queued' CHECK (status IN (
    'queued', 'running', 'cancelling', 'cancelled', 'done', 'undoing', 'undone', 'failed')),
  -- Rows that carry the run now; visits count as events.
  events_attributed bigint NOT NULL DEFAULT 0,
  conversions_attributed bigint NOT NULL DEFAULT 0,
  events_total_estimate bigint NOT NULL DEFAULT 0,
  -- How often the steps were planned: traffic that arrives during a run is looked for again.
  rounds int NOT NULL DEFAULT 0,
  requested_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz,
  -- When the run, or its undo, was asked for: an organisation's requests are served in this order.
  requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- When a step of it was last tried: organisations take turns.
  touched_at timestamptz NOT NULL DEFAULT now(),
  -- Failures of the step that is next, in a row, and the last one's reason.
  attempts int NOT NULL DEFAULT 0,
  retry_at timestamptz NOT NULL DEFAULT '-infinity',
  error text,
  FOREIGN KEY (organization_id, campaign_id) REFERENCES campaigns
);
CREATE INDEX retroactive_runs_by_campaign
  ON retroactive_runs (organization_id, campaign_id, created_at, run_id);
CREATE INDEX retroactive_runs_unfinished ON retroactive_runs (organization_id, requested_at)
  WHERE status IN ('queued', 'running', 'cancelling', 'undoing');
-- Two runs of an organisation at once could both want a row.
CREATE UNIQUE INDEX retroactive_runs_one_at_a_time ON retroactive_runs (organization_id)
  WHERE status IN ('running', 'cancelling');

CREATE TABLE retroactive_steps (
  run_id text NOT NULL REFERENCES retroactive_runs,
  step int NOT NULL,
  is_undo boolean NOT NULL DEFAULT false,
  kind text NOT NULL CHECK (kind IN (
    'events', 'settle', 'conversions', 'ledger', 'materialise',
    'take_back', 'settle_back', 'materialise_back')),
  -- Event times that the step is about, within one month; null: all.
  slice_start timestamptz,
  slice_end timestamptz,
  -- Its share of the whole work, for the progress: about the rows it writes.
  weight bigint NOT NULL CHECK (weight > 0),
  -- Clicks and visits of the slice that carried the run when the step was done.
  events_found bigint NOT NULL DEFAULT 0,
  finished_at timestamptz,
  PRIMARY KEY (run_id, step)
);

-- Which run gave a conversion its campaign; null: nobody, or its click had it already.
ALTER TABLE conversions ADD COLUMN run_id text;
CREATE INDEX conversions_by_run ON conversions (run_id) WHERE run_id IS NOT NULL;
-- Copies of clicks that have not reached ClickHouse: a run has to have them made again.
CREATE INDEX conversions_with_copy ON conversions (organization_id) WHERE click IS NOT NULL;

-- A conversion that is matched with a click after a run takes the campaign from the click, and must
-- give it back with it.
CREATE FUNCTION note_run_of_conversion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.run_id := nullif(NEW.click ->> 'run_id', '');
  RETURN NEW;
END
$$;
CREATE TRIGGER note_run BEFORE UPDATE OF click, campaign_id ON conversions
  FOR EACH ROW WHEN (
    OLD.campaign_id IS NULL
    AND NEW.campaign_id IS NOT NULL
    AND NEW.run_id IS NULL
    AND NEW.click ->> 'campaign_id' = NEW.campaign_id)
  EXECUTE FUNCTION note_run_of_conversion();
