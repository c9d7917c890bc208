create table if not exists "staging"."search_processed" (
  "user_id" varchar(65535) not null,
  "hotel_id" varchar(65535) not null,
  "search_timestamp" timestamp not null,
  "advertisers" varchar(65535) not null,
  "min_offer" varchar(65535),
  "event_id" varchar(65535),
  "event_time" timestamp not null,
  "incarnation" integer not null,
  "kafka_partition" integer not null,
  "kafka_offset" bigint,
  "source_offset" bigint,
  "source_ordinal" bigint,
  "ingested_at" timestamp not null,
  "contract_version" integer not null,
  "_extra" varchar(65535)
)
sortkey ("event_time");
