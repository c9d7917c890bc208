-- One row for each record of the stream that was accepted: the lake's feedback, read where they are.
-- grain: incarnation, kafka_partition, kafka_offset
-- kept: view
-- within: dt = :dt and hour = cast(:hour as integer)
-- columns: of lake.shop_feedback
--   dt string
--   hour integer
select
  *
from
  lake.shop_feedback
