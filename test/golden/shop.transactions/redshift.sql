create table if not exists "staging"."shop_transactions" (
  "transaction_id" varchar(65535) not null,
  "product_id" varchar(65535) not null,
  "product_name" varchar(65535),
  "product_category" varchar(65535),
  "product_price" decimal(12,2) not null,
  "product_quantity" integer not null,
  "product_brand" varchar(65535),
  "currency" varchar(65535) not null,
  "customer_id" varchar(65535) not null,
  "transaction_date" timestamp not null,
  "payment_method" varchar(65535),
  "total_amount" decimal(12,2) not null,
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
