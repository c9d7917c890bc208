-- One row for each record of the stream that was accepted: the lake's views of a product, read where they are.
-- grain: incarnation, kafka_partition, kafka_offset
-- kept: view
-- within: dt = :dt and hour = cast(:hour as integer)
-- columns: of lake.shop_product_views
--   dt string
--   hour integer
select
  *
from
  lake.shop_product_views
