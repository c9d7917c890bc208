create or replace view "lake"."search_offers" as
select
  cast(null as VARCHAR) as "user_id",
  cast(null as VARCHAR) as "hotel_id",
  cast(null as TIMESTAMP) as "search_timestamp",
  cast(null as VARCHAR) as "advertiser",
  cast(null as INTEGER) as "min_price",
  cast(null as INTEGER) as "offers",
  cast(null as VARCHAR) as "event_id",
  cast(null as TIMESTAMP) as "event_time",
  cast(null as INTEGER) as "incarnation",
  cast(null as INTEGER) as "kafka_partition",
  cast(null as BIGINT) as "kafka_offset",
  cast(null as BIGINT) as "source_offset",
  cast(null as BIGINT) as "source_ordinal",
  cast(null as TIMESTAMP) as "ingested_at",
  cast(null as INTEGER) as "contract_version",
  cast(null as VARCHAR) as "_extra",
  cast(null as VARCHAR) as "dt",
  cast(null as INTEGER) as "hour"
where false;
