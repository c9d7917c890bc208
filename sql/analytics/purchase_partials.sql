-- One row for each ingest hour, window, country and currency: the purchases of that window which came in that hour.
-- grain: ingest_hour, window_start, country, currency
-- kept: replace_hour
-- hour: ingest_hour
-- sort: ingest_hour (every reader asks for one hour)
-- distribution: even (only ever read by the hour)
-- columns:
--   country string
--   currency string
--   amount bigint
--   purchases bigint
--   window_start timestamp
--   window_end timestamp
--   ingest_hour timestamp
-- tests:
--   expression: purchases > 0 and window_start < window_end
with
  purchases as (
    select
      country,
      currency,
      amount,
      cast(floor(extract(epoch from created_at) / cast(:window_seconds as integer)) as bigint) * cast(:window_seconds as integer) as window_epoch
    from
      lake.shop_purchases
    where
      dt = :dt
      and hour = cast(:hour as integer)
  )
select
  country,
  currency,
  cast(sum(amount) as bigint) as amount,
  cast(count(*) as bigint) as purchases,
  timestamp '1970-01-01 00:00:00' + window_epoch * interval '1 second' as window_start,
  timestamp '1970-01-01 00:00:00' + (window_epoch + cast(:window_seconds as integer)) * interval '1 second' as window_end,
  cast(:hour_start as timestamp) as ingest_hour
from
  purchases
group by
  country,
  currency,
  window_epoch
