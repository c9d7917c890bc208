create table if not exists "staging"."people_profiles" (
  "full_name" varchar(1024),
  "address" varchar(4096),
  "last_name" varchar(1024),
  "card_provider" varchar(1024),
  "credit_card_number" varchar(1024),
  "event_timestamp" timestamp not null,
  "event_id" varchar(1024),
  "event_time" timestamp not null,
  "incarnation" integer not null,
  "kafka_partition" integer not null,
  "kafka_offset" bigint not null,
  "ingested_at" timestamp not null,
  "contract_version" integer not null,
  "_extra" varchar(65535)
)
sortkey ("event_time");
