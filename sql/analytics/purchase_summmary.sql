-- One row for each window and country, numbered, for dashboards written against this spelling. Reads the whole summary.
-- grain: id
-- kept: view
-- columns:
--   id bigint
--   country string
--   amount bigint
--   created_at timestamp
with
  purchase_summary as (
    select
      country,
      amount,
      window_start
    from
      analytics.purchase_summary
  )
select
  row_number() over (
    order by
      window_start,
      country
  ) as id,
  country,
  amount,
  window_start as created_at
from
  purchase_summary
