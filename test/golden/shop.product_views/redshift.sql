create table if not exists "staging"."shop_product_views" (
  "product_id" varchar(65535) not null,
  "view_count" integer not null,
  "last_viewed" timestamp not null,
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
