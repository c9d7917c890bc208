create table if not exists "staging"."people_profiles" (
  "full_name" varchar(65535),
  "address" varchar(65535),
  "last_name" varchar(65535),
  "card_provider" varchar(65535),
  "credit_card_number" varchar(65535),
  "event_timestamp" timestamp not null,
  "event_id" varchar(65535),
  "event_time" timestamp not null,
  "incarnation" integer not null,
  "kafka_partition" integer not null,
  "kafka_offset" bigint not null,
  "ingested_at" timestamp not null,
  "contract_version" integer not null,
  "_extra" varchar(65535)
)
sortkey ("event_time");
