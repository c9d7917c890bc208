-- One row for each record of the stream that was accepted: the lake's views of a product, as a native table.
-- grain: incarnation, kafka_partition, kafka_offset
-- kept: replace_hour
-- hour: ingested_at
-- sort: ingested_at (every reader asks for one hour)
-- distribution: even (only ever read by the hour)
-- columns: of lake.shop_product_views
select
  *
from
  lake.shop_product_views
where
  dt = :dt
  and hour = cast(:hour as integer)
