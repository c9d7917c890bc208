-- One row for each record of the stream that was accepted: the lake's transactions, read where they are.
-- grain: incarnation, kafka_partition, kafka_offset
-- kept: view
-- within: dt = :dt and hour = cast(:hour as integer)
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
--   dt string
--   hour integer
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
  _extra,
  dt,
  hour
from
  lake.shop_transactions
