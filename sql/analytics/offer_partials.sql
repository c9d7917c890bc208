-- One row for each ingest hour, hotel and advertiser: how often it answered in that hour, and its smallest price.
-- grain: ingest_hour, hotel_id, advertiser
-- kept: replace_hour
-- hour: ingest_hour
-- sort: ingest_hour (every reader asks for one hour)
-- distribution: even (only ever read by the hour)
-- columns:
--   hotel_id string
--   advertiser string
--   searches bigint
--   min_price integer?
--   ingest_hour timestamp
with
  search_offers as (
    select
      hotel_id,
      advertiser,
      min_price
    from
      lake.search_offers
    where
      dt = :dt
      and hour = cast(:hour as integer)
  )
select
  hotel_id,
  advertiser,
  cast(count(*) as bigint) as searches,
  min(min_price) as min_price,
  cast(:hour_start as timestamp) as ingest_hour
from
  search_offers
group by
  hotel_id,
  advertiser
