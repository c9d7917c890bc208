-- One row for each record of the stream that was accepted: the lake's chat messages, as a native table.
-- grain: incarnation, kafka_partition, kafka_offset, source_offset, source_ordinal
-- kept: replace_hour
-- hour: ingested_at
-- sort: ingested_at (every reader asks for one hour)
-- distribution: even (only ever read by the hour)
-- columns: of lake.chat_messages
select
  *
from
  lake.chat_messages
where
  dt = :dt
  and hour = cast(:hour as integer)
