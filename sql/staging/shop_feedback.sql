-- One row for each record of the stream that was accepted: the lake's feedback, as a native table.
-- grain: incarnation, kafka_partition, kafka_offset
-- kept: replace_hour
-- hour: ingested_at
-- sort: ingested_at (every reader asks for one hour)
-- distribution: even (only ever read by the hour)
-- columns:
--   feedback_id string
--   customer_id string
--   product_id string
--   rating integer
--   comment string?
--   feedback_date timestamp
--   event_id string?
--   event_time timestamp
--   incarnation integer
--   kafka_partition integer
--   kafka_offset bigint
--   ingested_at timestamp
--   contract_version integer
--   _extra json?
with
  shop_feedback as (
    select
      feedback_id,
      customer_id,
      product_id,
      rating,
      comment,
      feedback_date,
      event_id,
      event_time,
      incarnation,
      kafka_partition,
      kafka_offset,
      ingested_at,
      contract_version,
      _extra
    from
      lake.shop_feedback
    where
      dt = :dt
      and hour = cast(:hour as integer)
  )
select
  feedback_id,
  customer_id,
  product_id,
  rating,
  comment,
  feedback_date,
  event_id,
  event_time,
  incarnation,
  kafka_partition,
  kafka_offset,
  ingested_at,
  contract_version,
  _extra
from
  shop_feedback
