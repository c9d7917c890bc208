-- One row for each record of the stream that was accepted: the lake's chat rooms, as a native table.
-- grain: incarnation, kafka_partition, kafka_offset
-- kept: replace_hour
-- hour: ingested_at
-- sort: ingested_at (every reader asks for one hour)
-- distribution: even (only ever read by the hour)
-- columns: of lake.chat_rooms
select
  *
from
  lake.chat_rooms
where
  dt = :dt
  and hour = cast(:hour as integer)
