-- One row for each record of the stream that was accepted: the lake's transactions, as a native table.
-- grain: incarnation, kafka_partition, kafka_offset
-- kept: replace_hour
-- hour: ingested_at
-- sort: ingested_at (every reader asks for one hour)
-- distribution: even (only ever read by the hour)
-- columns: of lake.shop_transactions
select
  *
from
  lake.shop_transactions
where
  dt = :dt
  and hour = cast(:hour as integer)
