-- One row for each report of how often a product was viewed.
-- grain: incarnation, kafka_partition, kafka_offset
-- kept: replace_hour
-- hour: ingested_at
-- sort: last_viewed (dashboards ask for a span of time)
-- distribution: even (no join)
-- columns:
--   product_id string
--   view_count integer
--   last_viewed timestamp
--   incarnation integer
--   kafka_partition integer
--   kafka_offset bigint
--   ingested_at timestamp
--   last_update timestamp
with
  source as (
    select
      product_id,
      view_count,
      incarnation,
      kafka_partition,
      kafka_offset,
      last_viewed,
      ingested_at
    from
      staging.shop_product_views
    where
      ingested_at >= cast(:hour_start as timestamp)
      and ingested_at < cast(:hour_end as timestamp)
  )
select
  product_id,
  view_count,
  incarnation,
  kafka_partition,
  kafka_offset,
  last_viewed,
  ingested_at,
  cast(:loaded_at as timestamp) as last_update
from
  source
