create or replace view "lake"."dead_letters" as
select
  cast(null as VARCHAR) as "stream",
  cast(null as VARCHAR) as "topic",
  cast(null as INTEGER) as "incarnation",
  cast(null as INTEGER) as "kafka_partition",
  cast(null as BIGINT) as "kafka_offset",
  cast(null as TIMESTAMP) as "ingested_at",
  cast(null as VARCHAR) as "key",
  cast(null as VARCHAR) as "payload",
  cast(null as VARCHAR) as "headers",
  cast(null as VARCHAR) as "reason",
  cast(null as VARCHAR) as "path",
  cast(null as VARCHAR) as "detail",
  cast(null as INTEGER) as "contract_version",
  cast(null as VARCHAR) as "dt",
  cast(null as INTEGER) as "hour"
where false;
