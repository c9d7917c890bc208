-- One row for each feedback as it stands: of several records of it, the newest by event time. Its product may have no dimension row.
-- A run looks through the keys of all its rows for those of the hour, and its test through all ids of customers.
-- grain: feedback_id
-- kept: merge
-- key: feedback_id
-- newest: version_time, version_position
-- sort: feedback_date (dashboards ask for a span of time)
-- distribution: feedback_id (runs find rows again by it)
-- columns:
--   feedback_id string
--   customer_id string
--   product_id string
--   rating integer
--   comment string?
--   feedback_date timestamp
--   last_update timestamp
--   version_time timestamp
--   version_position string
-- tests:
--   relationship: customer_id in prod.dim_customer.customer_id
--   accepted values: rating in 1, 2, 3, 4, 5
with
  source as (
    select
      feedback_id,
      customer_id,
      product_id,
      rating,
      comment,
      feedback_date,
      event_time,
      lpad(cast(incarnation as varchar(10)), 6, '0') || '-' || lpad(cast(kafka_partition as varchar(10)), 6, '0') || '-' || lpad(cast(kafka_offset as varchar(20)), 16, '0') as version_position
    from
      staging.shop_feedback
    where
      ingested_at >= cast(:hour_start as timestamp)
      and ingested_at < cast(:hour_end as timestamp)
  ),
  ranked as (
    select
      feedback_id,
      customer_id,
      product_id,
      rating,
      comment,
      feedback_date,
      event_time,
      version_position,
      row_number() over (
        partition by
          feedback_id
        order by
          event_time desc,
          version_position desc
      ) as newest_first
    from
      source
  )
select
  feedback_id,
  customer_id,
  product_id,
  rating,
  comment,
  feedback_date,
  cast(:loaded_at as timestamp) as last_update,
  event_time as version_time,
  version_position
from
  ranked
where
  newest_first = 1
