-- One row for each ingest hour, user and hotel: the searches that came in that hour.
-- grain: ingest_hour, user_id, hotel_id
-- kept: replace_hour
-- hour: ingest_hour
-- sort: ingest_hour (every reader asks for one hour)
-- distribution: even (only ever read by the hour)
-- columns:
--   user_id string
--   hotel_id string
--   searches bigint
--   ingest_hour timestamp
with
  search_processed as (
    select
      user_id,
      hotel_id
    from
      lake.search_processed
    where
      dt = :dt
      and hour = cast(:hour as integer)
  )
select
  user_id,
  hotel_id,
  cast(count(*) as bigint) as searches,
  cast(:hour_start as timestamp) as ingest_hour
from
  search_processed
group by
  user_id,
  hotel_id
