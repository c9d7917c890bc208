-- One row for each record of the stream that was accepted: the lake's chat messages, as a native table.
-- grain: incarnation, kafka_partition, kafka_offset
-- kept: replace_hour
-- hour: ingested_at
-- sort: ingested_at (every reader asks for one hour)
-- distribution: even (only ever read by the hour)
-- columns:
--   message_id string
--   room_id string
--   room_created_at timestamp
--   channel string?
--   customer_id string
--   customer_name string?
--   phone string?
--   sender_type string?
--   message_text string?
--   message_date timestamp
--   event_id string?
--   event_time timestamp
--   incarnation integer
--   kafka_partition integer
--   kafka_offset bigint
--   ingested_at timestamp
--   contract_version integer
--   _extra json?
with
  chat_messages as (
    select
      message_id,
      room_id,
      room_created_at,
      channel,
      customer_id,
      customer_name,
      phone,
      sender_type,
      message_text,
      message_date,
      event_id,
      event_time,
      incarnation,
      kafka_partition,
      kafka_offset,
      ingested_at,
      contract_version,
      _extra
    from
      lake.chat_messages
    where
      dt = :dt
      and hour = cast(:hour as integer)
  )
select
  message_id,
  room_id,
  room_created_at,
  channel,
  customer_id,
  customer_name,
  phone,
  sender_type,
  message_text,
  message_date,
  event_id,
  event_time,
  incarnation,
  kafka_partition,
  kafka_offset,
  ingested_at,
  contract_version,
  _extra
from
  chat_messages
