-- One row for each customer of a transaction or of feedback.
-- A run looks through the keys of all its rows for those of the hour.
-- grain: customer_id
-- kept: merge
-- key: customer_id
-- sort: customer_id (facts are joined by it)
-- distribution: all (small, and joined by facts)
-- columns:
--   customer_id string
--   customer_name string personal
--   customer_email string personal
--   last_update timestamp
with
  transactions as (
    select
      customer_id
    from
      staging.shop_transactions
    where
      ingested_at >= cast(:hour_start as timestamp)
      and ingested_at < cast(:hour_end as timestamp)
  ),
  feedback as (
    select
      customer_id
    from
      staging.shop_feedback
    where
      ingested_at >= cast(:hour_start as timestamp)
      and ingested_at < cast(:hour_end as timestamp)
  ),
  customers as (
    select
      customer_id
    from
      transactions
    union
    select
      customer_id
    from
      feedback
  )
select
  customer_id,
  customer_id as customer_name,
  customer_id || '@gmail.com' as customer_email,
  cast(:loaded_at as timestamp) as last_update
from
  customers
