-- One row for each date that occurs in a fact.
-- grain: date_key
-- kept: merge
-- key: date_key
-- sort: date_key (facts are joined by it)
-- distribution: all (small, and joined by every fact)
-- columns:
--   date_key date
--   year integer
--   month integer
--   day integer
--   quarter integer
--   last_update timestamp
with
  transactions as (
    select
      cast(transaction_date as date) as date_key
    from
      staging.shop_transactions
    where
      ingested_at >= cast(:hour_start as timestamp)
      and ingested_at < cast(:hour_end as timestamp)
  ),
  feedback as (
    select
      cast(feedback_date as date) as date_key
    from
      staging.shop_feedback
    where
      ingested_at >= cast(:hour_start as timestamp)
      and ingested_at < cast(:hour_end as timestamp)
  ),
  product_views as (
    select
      cast(last_viewed as date) as date_key
    from
      staging.shop_product_views
    where
      ingested_at >= cast(:hour_start as timestamp)
      and ingested_at < cast(:hour_end as timestamp)
  ),
  website_traffic as (
    select
      cast(last_visit as date) as date_key
    from
      staging.shop_website_traffic
    where
      ingested_at >= cast(:hour_start as timestamp)
      and ingested_at < cast(:hour_end as timestamp)
  ),
  dates as (
    select
      date_key
    from
      transactions
    union
    select
      date_key
    from
      feedback
    union
    select
      date_key
    from
      product_views
    union
    select
      date_key
    from
      website_traffic
  )
select
  date_key,
  cast(date_part('year', date_key) as integer) as year,
  cast(date_part('month', date_key) as integer) as month,
  cast(date_part('day', date_key) as integer) as day,
  cast(date_part('quarter', date_key) as integer) as quarter,
  cast(:loaded_at as timestamp) as last_update
from
  dates
