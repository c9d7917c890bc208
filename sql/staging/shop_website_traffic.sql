-- One row for each record of the stream that was accepted: the lake's visits of a page, as a native table.
-- grain: incarnation, kafka_partition, kafka_offset
-- kept: replace_hour
-- hour: ingested_at
-- sort: ingested_at (every reader asks for one hour)
-- distribution: even (only ever read by the hour)
-- columns:
--   page_url string
--   visit_count integer
--   last_visit timestamp
--   event_id string?
--   event_time timestamp
--   incarnation integer
--   kafka_partition integer
--   kafka_offset bigint
--   ingested_at timestamp
--   contract_version integer
--   _extra json?
with
  shop_website_traffic as (
    select
      page_url,
      visit_count,
      last_visit,
      event_id,
      event_time,
      incarnation,
      kafka_partition,
      kafka_offset,
      ingested_at,
      contract_version,
      _extra
    from
      lake.shop_website_traffic
    where
      dt = :dt
      and hour = cast(:hour as integer)
  )
select
  page_url,
  visit_count,
  last_visit,
  event_id,
  event_time,
  incarnation,
  kafka_partition,
  kafka_offset,
  ingested_at,
  contract_version,
  _extra
from
  shop_website_traffic
