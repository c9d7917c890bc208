create or replace view "lake"."shop_website_traffic" as
select
  cast(null as VARCHAR) as "page_url",
  cast(null as INTEGER) as "visit_count",
  cast(null as TIMESTAMP) as "last_visit",
  cast(null as VARCHAR) as "event_id",
  cast(null as TIMESTAMP) as "event_time",
  cast(null as INTEGER) as "incarnation",
  cast(null as INTEGER) as "kafka_partition",
  cast(null as BIGINT) as "kafka_offset",
  cast(null as TIMESTAMP) as "ingested_at",
  cast(null as INTEGER) as "contract_version",
  cast(null as VARCHAR) as "_extra",
  cast(null as VARCHAR) as "dt",
  cast(null as INTEGER) as "hour"
where false;
