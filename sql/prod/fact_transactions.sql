-- One row for each transaction as it stands: of several records of it, the newest by event time, then position.
-- A run looks through the keys of all its rows for those of the hour, and its tests through all ids of products and customers.
-- grain: transaction_id
-- kept: merge
-- key: transaction_id
-- newest: version_time, version_position
-- sort: transaction_date (dashboards ask for a span of time)
-- distribution: transaction_id (runs find rows again by it)
-- columns:
--   transaction_id string
--   product_id string
--   product_name string?
--   product_category string?
--   product_price decimal(12,2)
--   product_quantity integer
--   product_brand string?
--   currency string
--   customer_id string
--   transaction_date timestamp
--   payment_method string?
--   total_amount decimal(12,2)
--   last_update timestamp
--   version_time timestamp
--   version_position string
-- tests:
--   relationship: product_id in prod.dim_product.product_id
--   relationship: customer_id in prod.dim_customer.customer_id
--   expression: product_quantity >= 1 and product_price > 0
with
  source as (
    select
      transaction_id,
      product_id,
      product_name,
      product_category,
      product_price,
      product_quantity,
      product_brand,
      currency,
      customer_id,
      payment_method,
      total_amount,
      transaction_date,
      event_time,
      lpad(cast(incarnation as varchar(10)), 6, '0') || '-' || lpad(cast(kafka_partition as varchar(10)), 6, '0') || '-' || lpad(cast(kafka_offset as varchar(20)), 16, '0') as version_position
    from
      staging.shop_transactions
    where
      ingested_at >= cast(:hour_start as timestamp)
      and ingested_at < cast(:hour_end as timestamp)
  ),
  ranked as (
    select
      transaction_id,
      product_id,
      product_name,
      product_category,
      product_price,
      product_quantity,
      product_brand,
      currency,
      customer_id,
      payment_method,
      total_amount,
      transaction_date,
      event_time,
      version_position,
      row_number() over (
        partition by
          transaction_id
        order by
          event_time desc,
          version_position desc
      ) as newest_first
    from
      source
  )
select
  transaction_id,
  product_id,
  product_name,
  product_category,
  product_price,
  product_quantity,
  product_brand,
  currency,
  customer_id,
  payment_method,
  total_amount,
  transaction_date,
  cast(:loaded_at as timestamp) as last_update,
  event_time as version_time,
  version_position
from
  ranked
where
  newest_first = 1
