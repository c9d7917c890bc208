create table if not exists "staging"."chat_messages" (
  "message_id" varchar(65535) not null,
  "room_id" varchar(65535) not null,
  "room_created_at" timestamp not null,
  "channel" varchar(65535),
  "customer_id" varchar(65535) not null,
  "customer_name" varchar(65535),
  "phone" varchar(65535),
  "sender_type" varchar(65535),
  "message_text" varchar(65535),
  "message_date" timestamp not null,
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
