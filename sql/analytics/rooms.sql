-- One row for each chat room as it stands: of several records of a room, the newest by event time, then position.
-- A run looks through the keys of all its rows for those of the hour, and its test through all ids of customers.
-- grain: room_id
-- kept: merge
-- key: room_id
-- newest: version_time, version_position
-- least: created_at
-- sort: room_created_at (dashboards ask for a span of time)
-- distribution: room_id (runs find rows again by it)
-- columns:
--   room_id string
--   customer_id string
--   channel string?
--   room_created_at timestamp
--   created_at timestamp
--   version_time timestamp
--   version_position string
-- tests:
--   relationship: customer_id in analytics.customers.customer_id
with
  chat_rooms as (
    select
      room_id,
      json_extract_path_text(customer, 'customer_id') as customer_id,
      channel,
      room_created_at,
      event_time,
      ingested_at,
      lpad(cast(incarnation as varchar(10)), 6, '0') || '-' || lpad(cast(kafka_partition as varchar(10)), 6, '0') || '-' || lpad(cast(kafka_offset as varchar(20)), 16, '0') as version_position
    from
      staging.chat_rooms
    where
      ingested_at >= cast(:hour_start as timestamp)
      and ingested_at < cast(:hour_end as timestamp)
  ),
  ranked as (
    select
      room_id,
      customer_id,
      channel,
      room_created_at,
      event_time,
      version_position,
      min(ingested_at) over (
        partition by
          room_id
      ) as created_at,
      row_number() over (
        partition by
          room_id
        order by
          event_time desc,
          version_position desc
      ) as newest_first
    from
      chat_rooms
  )
select
  room_id,
  customer_id,
  channel,
  room_created_at,
  created_at,
  event_time as version_time,
  version_position
from
  ranked
where
  newest_first = 1
