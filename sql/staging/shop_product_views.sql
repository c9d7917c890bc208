-- One row for each record of the stream that was accepted: the lake's views of a product, as a native table.
-- grain: incarnation, kafka_partition, kafka_offset
-- kept: replace_hour
-- hour: ingested_at
-- sort: ingested_at (every reader asks for one hour)
-- distribution: even (only ever read by the hour)
-- columns:
--   product_id string
--   view_count integer
--   last_viewed timestamp
--   event_id string?
--   event_time timestamp
--   incarnation integer
--   kafka_partition integer
--   kafka_offset bigint
--   ingested_at timestamp
--   contract_version integer
--   _extra json?
with
  shop_product_views as (
    select
      product_id,
      view_count,
      last_viewed,
      event_id,
      event_time,
      incarnation,
      kafka_partition,
      kafka_offset,
      ingested_at,
      contract_version,
      _extra
    from
      lake.shop_product_views
    where
      dt = :dt
      and hour = cast(:hour as integer)
  )
select
  product_id,
  view_count,
  last_viewed,
  event_id,
  event_time,
  incarnation,
  kafka_partition,
  kafka_offset,
  ingested_at,
  contract_version,
  _extra
from
  shop_product_views
