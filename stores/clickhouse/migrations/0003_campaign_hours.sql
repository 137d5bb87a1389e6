-- What campaign reports sum up, once more, summed by campaign and hour. ClickHouse keeps it right by
-- itself, whatever changes campaign_id; while changes wait beside the rows (lightweight UPDATE) it reads
-- the rows instead. Queries must name exactly these expressions to be answered from it.
--
-- It must stay a projection that aggregates: one of plain columns can also be chosen for the rows of an
-- UPDATE, and then other rows are changed than were meant (seen in 26.7 with lightweight UPDATE).
--
-- Merges build it, never inserts, so that clicks are stored as fast as without it.
ALTER TABLE events
    MODIFY SETTING materialize_projections_on_insert = 0,
        materialize_projections_on_merge = 1,
        lightweight_mutation_projection_mode = 'rebuild';

ALTER TABLE events ADD PROJECTION IF NOT EXISTS campaign_hours
(
    SELECT
        organization_id,
        campaign_id,
        event_type,
        conversion_event,
        conversion_currency,
        is_bot,
        device_type,
        toStartOfHour(event_time),
        count(),
        sum(conversion_value),
        uniqCombined64(20)(user_id),
        min(event_time),
        max(event_time)
    GROUP BY
        organization_id,
        campaign_id,
        event_type,
        conversion_event,
        conversion_currency,
        is_bot,
        device_type,
        toStartOfHour(event_time)
);
