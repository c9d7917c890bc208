create table if not exists "staging"."shop_transactions" (
  "transaction_id" varchar(1024) not null,
  "product_id" varchar(1024) not null,
  "product_name" varchar(1024),
  "product_category" varchar(1024),
  "product_price" decimal(12,2) not null,
  "product_quantity" integer not null,
  "product_brand" varchar(1024),
  "currency" varchar(3) not null,
  "customer_id" varchar(1024) not null,
  "transaction_date" timestamp not null,
  "payment_method" varchar(1024),
  "total_amount" decimal(12,2) not null,
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
