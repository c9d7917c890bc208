-- One row for each chat message as it stands: of several records of a message, the newest by event time.
-- A refined record's offset depends on how often it was sent: its position is the source record's Kafka timestamp.
-- A run looks through the keys of all its rows for those of the hour.
-- grain: message_id
-- kept: merge
-- key: message_id
-- newest: version_time, version_position
-- sort: message_date (dashboards ask for a span of time)
-- distribution: message_id (runs find rows again by it)
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
--   upload_date timestamp
--   version_time timestamp
--   version_position timestamp
with
  chat_messages as (
    select
      message_id,
      room_id,
      channel,
      customer_id,
      customer_name,
      phone,
      sender_type,
      message_text,
      room_created_at,
      message_date,
      event_time,
      ingested_at,
      row_number() over (
        partition by
          message_id
        order by
          event_time desc,
          ingested_at desc,
          incarnation desc,
          kafka_partition desc,
          coalesce(source_offset, -1) desc,
          coalesce(source_ordinal, -1) desc,
          coalesce(kafka_offset, -1) desc
      ) as newest_first
    from
      staging.chat_messages
    where
      ingested_at >= cast(:hour_start as timestamp)
      and ingested_at < cast(:hour_end as timestamp)
  )
select
  message_id,
  room_id,
  channel,
  customer_id,
  customer_name,
  phone,
  sender_type,
  message_text,
  room_created_at,
  message_date,
  cast(:loaded_at as timestamp) as upload_date,
  event_time as version_time,
  ingested_at as version_position
from
  chat_messages
where
  newest_first = 1
