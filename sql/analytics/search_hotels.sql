-- One row for each hotel: how often it was searched for.
-- grain: hotel_id
-- kept: merge
-- key: hotel_id
-- sum: searches
-- distribution: all (small, and joined by dashboards)
-- columns:
--   hotel_id string
--   searches bigint
-- tests:
--   expression: searches > 0
with
  search_partials as (
    select
      hotel_id,
      searches
    from
      analytics.search_partials
    where
      ingest_hour >= cast(:hour_start as timestamp)
      and ingest_hour < cast(:hour_end as timestamp)
  )
select
  hotel_id,
  cast(sum(searches) as bigint) as searches
from
  search_partials
group by
  hotel_id
