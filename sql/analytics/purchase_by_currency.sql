-- One row for each window of event time, country and currency: what was bought in it. It sums to purchase_summary.
-- A run looks through the keys of all its rows for those of the hour.
-- grain: window_start, country, currency
-- kept: merge
-- key: window_start, country, currency
-- sum: amount, purchases
-- sort: window_start (dashboards ask for the newest windows)
-- distribution: even (small rows, read by window)
-- columns:
--   window_start timestamp
--   country string
--   currency string
--   window_end timestamp
--   amount bigint
--   purchases bigint
-- tests:
--   expression: purchases > 0
with
  purchase_partials as (
    select
      country,
      currency,
      amount,
      purchases,
      window_start,
      window_end
    from
      analytics.purchase_partials
    where
      ingest_hour >= cast(:hour_start as timestamp)
      and ingest_hour < cast(:hour_end as timestamp)
  )
select
  country,
  currency,
  cast(sum(amount) as bigint) as amount,
  cast(sum(purchases) as bigint) as purchases,
  window_start,
  window_end
from
  purchase_partials
group by
  country,
  currency,
  window_start,
  window_end
