-- One row for each record of the stream that was accepted: the lake's transactions, as a native table.
-- grain: incarnation, kafka_partition, kafka_offset
-- kept: replace_hour
-- hour: ingested_at
-- sort: ingested_at (every reader asks for one hour)
-- distribution: even (only ever read by the hour)
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
--   event_id string?
--   event_time timestamp
--   incarnation integer
--   kafka_partition integer
--   kafka_offset bigint
--   ingested_at timestamp
--   contract_version integer
--   _extra json?
with
  shop_transactions as (
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
      transaction_date,
      payment_method,
      total_amount,
      event_id,
      event_time,
      incarnation,
      kafka_partition,
      kafka_offset,
      ingested_at,
      contract_version,
      _extra
    from
      lake.shop_transactions
    where
      dt = :dt
      and hour = cast(:hour as integer)
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
  transaction_date,
  payment_method,
  total_amount,
  event_id,
  event_time,
  incarnation,
  kafka_partition,
  kafka_offset,
  ingested_at,
  contract_version,
  _extra
from
  shop_transactions
