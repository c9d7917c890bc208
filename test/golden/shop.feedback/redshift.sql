create table if not exists "staging"."shop_feedback" (
  "feedback_id" varchar(65535) not null,
  "customer_id" varchar(65535) not null,
  "product_id" varchar(65535) not null,
  "rating" integer not null,
  "comment" varchar(65535),
  "feedback_date" timestamp not null,
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
