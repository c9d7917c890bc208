-- One row for each advertiser: in how many searches it answered, with an offer or without.
-- grain: advertiser
-- kept: merge
-- key: advertiser
-- sum: searches
-- distribution: all (small, and joined by dashboards)
-- columns:
--   advertiser string
--   searches bigint
-- tests:
--   expression: searches > 0
with
  offer_partials as (
    select
      advertiser,
      searches
    from
      analytics.offer_partials
    where
      ingest_hour >= cast(:hour_start as timestamp)
      and ingest_hour < cast(:hour_end as timestamp)
  )
select
  advertiser,
  cast(sum(searches) as bigint) as searches
from
  offer_partials
group by
  advertiser
