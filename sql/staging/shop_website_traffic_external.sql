-- One row for each record of the stream that was accepted: the lake's visits of a page, read where they are.
-- grain: incarnation, kafka_partition, kafka_offset
-- kept: view
-- within: dt = :dt and hour = cast(:hour as integer)
-- columns: of lake.shop_website_traffic
--   dt string
--   hour integer
select
  *
from
  lake.shop_website_traffic
