-- One row for each record of the stream that was accepted: the lake's chat rooms, read where they are.
-- grain: incarnation, kafka_partition, kafka_offset
-- kept: view
-- within: dt = :dt and hour = cast(:hour as integer)
-- columns:
--   room_id string
--   room_created_at timestamp
--   channel string?
--   customer json
--   messages json?
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
  room_id,
  room_created_at,
  channel,
  customer,
  messages,
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
  lake.chat_rooms
