-- One row for each product: name, category, brand and price as its latest transaction has them, by event time, then position.
-- grain: product_id
-- kept: merge
-- key: product_id
-- newest: version_time, version_position
-- sort: product_id (facts are joined by it)
-- distribution: all (small, and joined by facts)
-- columns:
--   product_id string
--   product_name string?
--   product_category string?
--   product_brand string?
--   product_price decimal(12,2)
--   last_update timestamp
--   version_time timestamp
--   version_position string
with
  transactions as (
    select
      product_id,
      product_name,
      product_category,
      product_brand,
      product_price,
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
      product_id,
      product_name,
      product_category,
      product_brand,
      product_price,
      event_time,
      version_position,
      row_number() over (
        partition by
          product_id
        order by
          event_time desc,
          version_position desc
      ) as newest_first
    from
      transactions
  )
select
  product_id,
  product_name,
  product_category,
  product_brand,
  product_price,
  cast(:loaded_at as timestamp) as last_update,
  event_time as version_time,
  version_position
from
  ranked
where
  newest_first = 1
