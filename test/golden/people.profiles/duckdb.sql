create or replace view "lake"."people_profiles" as
select
  cast(null as VARCHAR) as "full_name",
  cast(null as VARCHAR) as "address",
  cast(null as VARCHAR) as "last_name",
  cast(null as VARCHAR) as "card_provider",
  cast(null as VARCHAR) as "credit_card_number",
  cast(null as TIMESTAMP) as "event_timestamp",
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
