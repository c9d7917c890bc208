-- One row for each user: how often they have searched.
-- grain: user_id
-- kept: merge
-- key: user_id
-- sum: searches
-- distribution: all (small, and joined by dashboards)
-- columns:
--   user_id string
--   searches bigint
-- tests:
--   expression: searches > 0
with
  search_partials as (
    select
      user_id,
      searches
    from
      analytics.search_partials
    where
      ingest_hour >= cast(:hour_start as timestamp)
      and ingest_hour < cast(:hour_end as timestamp)
  )
select
  user_id,
  cast(sum(searches) as bigint) as searches
from
  search_partials
group by
  user_id
