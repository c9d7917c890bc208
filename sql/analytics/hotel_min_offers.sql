-- One row for each hotel and advertiser that ever made an offer: its smallest price, in eurocents.
-- grain: hotel_id, advertiser
-- kept: merge
-- key: hotel_id, advertiser
-- least: min_price
-- distribution: all (small, and joined by dashboards)
-- columns:
--   hotel_id string
--   advertiser string
--   min_price integer
-- tests:
--   expression: min_price > 0
with
  offer_partials as (
    select
      hotel_id,
      advertiser,
      min_price
    from
      analytics.offer_partials
    where
      ingest_hour >= cast(:hour_start as timestamp)
      and ingest_hour < cast(:hour_end as timestamp)
  )
select
  hotel_id,
  advertiser,
  min(min_price) as min_price
from
  offer_partials
where
  min_price is not null
group by
  hotel_id,
  advertiser
