create table if not exists "staging"."shop_purchases" (
  "created_at" timestamp not null,
  "username" varchar(65535),
  "city" varchar(65535),
  "country" varchar(65535) not null,
  "postal_code" varchar(65535),
  "currency" varchar(65535) not null,
  "amount" integer not null,
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
