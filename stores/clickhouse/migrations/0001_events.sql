-- Clicks, visits and conversions: one row each. Columns up to `headers` are core/event-columns.ts.
--
-- Sorting key: measured on 2.5 million rows of 20 organisations (rows read by a query):
--   key after organization_id                  30 days, conversions   one hour   30 days, clicks
--   toStartOfHour(event_time), event_type                   924,000      8,000           246,000
--   event_time                                              927,000      8,000           246,000
--   event_type, toStartOfHour(event_time), …                 25,000     16,000           246,000
--   toStartOfDay(event_time), event_type, …                 235,000      8,000           246,000
-- The last keeps a day's rows together, as they arrive, and its conversions apart from its clicks.
-- campaign_id and user_id must stay out of it: ClickHouse cannot update columns of the key.
--
-- Settings: parts of a few seconds' clicks are compact (one file for all columns): a wide one has two
-- files a column, each written and synced. The window makes retries of a batch count once; block numbers are what lightweight UPDATE
-- needs; fsync makes an acknowledged batch survive a power loss, because its log is deleted then.
CREATE TABLE IF NOT EXISTS events
(
    event_id String CODEC(ZSTD(1)),
    click_id String CODEC(ZSTD(1)),
    event_time DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
    organization_id LowCardinality(String),
    event_type LowCardinality(String),
    user_id String CODEC(ZSTD(1)),
    url String CODEC(ZSTD(1)),
    campaign_id LowCardinality(Nullable(String)),
    rule_id LowCardinality(String),
    destination String CODEC(ZSTD(1)),
    tags Array(LowCardinality(String)),
    source LowCardinality(String),
    medium LowCardinality(Nullable(String)),
    referer String CODEC(ZSTD(1)),
    ip String CODEC(ZSTD(1)),
    country LowCardinality(String),
    region LowCardinality(String),
    city LowCardinality(String),
    user_agent String CODEC(ZSTD(1)),
    device_type LowCardinality(String),
    os LowCardinality(String),
    os_version LowCardinality(String),
    browser LowCardinality(String),
    browser_version LowCardinality(String),
    is_bot Bool,
    bot_reason LowCardinality(String),
    language LowCardinality(String),
    fraud_score Float32,
    fraud_reasons Array(LowCardinality(String)),
    query_params Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    headers Map(LowCardinality(String), String) CODEC(ZSTD(1)),

    -- Conversions: event_type is the event's name, the columns above are those of its click.
    conversion_event LowCardinality(String),
    conversion_value Decimal(18, 4),
    conversion_currency LowCardinality(String),
    conversion_time Nullable(DateTime64(3, 'UTC')),
    order_id String CODEC(ZSTD(1)),
    click_event_id String CODEC(ZSTD(1)),
    conversion_metadata Map(String, String) CODEC(ZSTD(1)),

    ingested_at DateTime('UTC') DEFAULT now() CODEC(Delta(4), ZSTD(1)),
    -- The retroactive run that gave the row its campaign; empty: the campaign is the click's own.
    run_id String DEFAULT '' CODEC(ZSTD(1)),
    timestamp DateTime64(3, 'UTC') ALIAS event_time,

    INDEX click_id_bloom click_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX event_id_bloom event_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX user_id_bloom user_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(event_time)
ORDER BY (organization_id, toStartOfDay(event_time), event_type, event_time)
SETTINGS
    min_bytes_for_wide_part = 268435456,
    merge_selector_base = 20,
    non_replicated_deduplication_window = 10000,
    enable_block_number_column = 1,
    enable_block_offset_column = 1,
    fsync_after_insert = 1,
    fsync_part_directory = 1;
