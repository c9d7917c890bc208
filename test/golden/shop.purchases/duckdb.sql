create or replace view "lake"."shop_purchases" as
select
  cast(null as TIMESTAMP) as "created_at",
  cast(null as VARCHAR) as "username",
  cast(null as VARCHAR) as "city",
  cast(null as VARCHAR) as "country",
  cast(null as VARCHAR) as "postal_code",
  cast(null as VARCHAR) as "currency",
  cast(null as INTEGER) as "amount",
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
