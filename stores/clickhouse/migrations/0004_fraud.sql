-- By which version of core/fraud/definition.ts an event was judged, 0 for none, and whether its address
-- was blocked. Rows of before have neither; conversions have what their click has.
ALTER TABLE events
    ADD COLUMN IF NOT EXISTS fraud_version UInt8 DEFAULT 0 AFTER fraud_reasons,
    ADD COLUMN IF NOT EXISTS is_blocked Bool DEFAULT false AFTER fraud_version;
