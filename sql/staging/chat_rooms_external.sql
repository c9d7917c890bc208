-- One row for each record of the stream that was accepted: the lake's chat rooms, read where they are.
-- grain: incarnation, kafka_partition, kafka_offset
-- kept: view
-- within: dt = :dt and hour = cast(:hour as integer)
-- columns: of lake.chat_rooms
--   dt string
--   hour integer
select
  *
from
  lake.chat_rooms
