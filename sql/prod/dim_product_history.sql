-- One row for each combination of attributes that a product has had.
-- A run looks through the keys of all its rows for those of the hour.
-- grain: product_id, product_name, product_category, product_brand, product_price
-- kept: merge
-- key: product_id, product_name, product_category, product_brand, product_price
-- sort: product_id (read by product)
-- distribution: all (small)
-- columns:
--   product_id string
--   product_name string?
--   product_category string?
--   product_brand string?
--   product_price decimal(12,2)
--   last_update timestamp
with
  transactions as (
    select
      product_id,
      product_name,
      product_category,
      product_brand,
      product_price
    from
      staging.shop_transactions
    where
      ingested_at >= cast(:hour_start as timestamp)
      and ingested_at < cast(:hour_end as timestamp)
  )
select distinct
  product_id,
  product_name,
  product_category,
  product_brand,
  product_price,
  cast(:loaded_at as timestamp) as last_update
from
  transactions
