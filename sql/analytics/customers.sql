-- One row for each customer of a chat room: of several records, the newest by event time, then position.
-- An empty name or phone is null: Redshift's JSON function does not tell it from one that is missing.
-- A run looks through the keys of all its rows for those of the hour.
-- grain: customer_id
-- kept: merge
-- key: customer_id
-- newest: version_time, version_position
-- least: created_at
-- sort: created_at (dashboards ask for new customers)
-- distribution: customer_id (runs find rows again by it)
-- columns:
--   customer_id string
--   customer_name string?
--   phone string?
--   created_at timestamp
--   version_time timestamp
--   version_position string
with
  chat_rooms as (
    select
      json_extract_path_text(customer, 'customer_id') as customer_id,
      nullif(json_extract_path_text(customer, 'customer_name'), '') as customer_name,
      nullif(json_extract_path_text(customer, 'phone'), '') as phone,
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
      customer_id,
      customer_name,
      phone,
      event_time,
      version_position,
      min(ingested_at) over (
        partition by
          customer_id
      ) as created_at,
      row_number() over (
        partition by
          customer_id
        order by
          event_time desc,
          version_position desc
      ) as newest_first
    from
      chat_rooms
  )
select
  customer_id,
  customer_name,
  phone,
  created_at,
  event_time as version_time,
  version_position
from
  ranked
where
  newest_first = 1
