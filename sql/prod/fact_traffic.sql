-- One row for each report of how often a page was visited.
-- grain: incarnation, kafka_partition, kafka_offset
-- kept: replace_hour
-- hour: ingested_at
-- sort: last_visit (dashboards ask for a span of time)
-- distribution: even (no join)
-- columns:
--   page_url string
--   visit_count integer
--   last_visit timestamp
--   incarnation integer
--   kafka_partition integer
--   kafka_offset bigint
--   ingested_at timestamp
--   last_update timestamp
with
  source as (
    select
      page_url,
      visit_count,
      incarnation,
      kafka_partition,
      kafka_offset,
      last_visit,
      ingested_at
    from
      staging.shop_website_traffic
    where
      ingested_at >= cast(:hour_start as timestamp)
      and ingested_at < cast(:hour_end as timestamp)
  )
select
  page_url,
  visit_count,
  incarnation,
  kafka_partition,
  kafka_offset,
  last_visit,
  ingested_at,
  cast(:loaded_at as timestamp) as last_update
from
  source
