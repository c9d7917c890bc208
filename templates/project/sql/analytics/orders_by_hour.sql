-- One row for each hour in which orders came in, and customer: how many, and what they cost.
-- grain: ingest_hour, customer_id
-- kept: replace_hour
-- hour: ingest_hour
-- sort: ingest_hour (readers ask for recent hours)
-- distribution: even (small rows, read by the hour)
-- columns:
--   ingest_hour timestamp
--   customer_id string
--   orders bigint
--   amount decimal(38,2)
-- tests:
--   expression: orders > 0
with
  orders as (
    select
      customer_id,
      amount
    from
      lake.orders
    where
      dt = :dt
      and hour = cast(:hour as integer)
  )
select
  cast(:hour_start as timestamp) as ingest_hour,
  customer_id,
  cast(count(*) as bigint) as orders,
  cast(sum(amount) as decimal(38, 2)) as amount
from
  orders
group by
  customer_id
