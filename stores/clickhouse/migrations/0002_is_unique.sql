-- Whether the organisation had not seen the visitor for a day: see core/rules/event-view.ts.
-- Rows of before have false; conversions have what their click has.
ALTER TABLE events ADD COLUMN IF NOT EXISTS is_unique Bool DEFAULT false AFTER language;
