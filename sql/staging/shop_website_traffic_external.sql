-- One row for each record of the stream that was accepted: the lake's visits of a page, read where they are.
-- grain: incarnation, kafka_partition, kafka_offset
-- kept: view
-- within: dt = :dt and hour = cast(:hour as integer)
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
--   dt string
--   hour integer
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
  _extra,
  dt,
  hour
from
  lake.shop_website_traffic
