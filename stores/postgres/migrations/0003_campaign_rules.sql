-- Campaigns with rules may do without a default action, and may block whoever no rule takes.
--
-- `definition` is {"timezone":text,"rules":[rule],"cost":{"amount":text,"currency":text},
-- "retroactive":boolean,"time_range":{"start":text,"end":text}}, each member optional; an empty one is
-- a campaign without rules in UTC. Its shape is checked before it is saved (core/rules/definition.ts).
--
-- A check that is NULL passes, therefore IS TRUE.
ALTER TABLE campaigns ALTER COLUMN default_action DROP NOT NULL;
ALTER TABLE campaigns DROP CONSTRAINT campaigns_default_action_check;
ALTER TABLE campaigns ADD CONSTRAINT campaigns_default_action_check CHECK (
  default_action IS NULL
  OR (CASE default_action ->> 'type'
    WHEN 'redirect' THEN
      (jsonb_typeof(default_action -> 'destination') = 'string'
        OR jsonb_typeof(default_action -> 'destinations') = 'array')
      AND (jsonb_typeof(default_action -> 'passthrough') = 'array'
        OR default_action -> 'passthrough' = '"all"')
      AND jsonb_typeof(default_action -> 'tags') = 'array'
    WHEN 'block' THEN true
    ELSE false
  END) IS TRUE
);
ALTER TABLE campaigns ADD CONSTRAINT campaigns_definition_rules_check CHECK (
  (NOT definition ? 'rules' OR jsonb_typeof(definition -> 'rules') = 'array')
  AND (NOT definition ? 'timezone' OR jsonb_typeof(definition -> 'timezone') = 'string')
);
