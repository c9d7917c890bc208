import { LAKE_DATABASE, type SavedQuery } from '../../lib/index.ts';

/** Each names its day: what is scanned is paid for. */
export const purchasesQueries: readonly SavedQuery[] = [
  {
    name: 'purchases by country today',
    description: 'What was bought today, by country.',
    database: LAKE_DATABASE,
    sql: `select country, count(*) as purchases, sum(cast(amount as bigint)) as amount
from ${LAKE_DATABASE}.shop_purchases
where dt = cast(current_date as varchar)
group by country
order by amount desc`,
  },
  {
    name: 'freshness of purchases',
    description: 'The newest row of each kafka partition today, by the time at which Kafka took its record.',
    database: LAKE_DATABASE,
    sql: `select kafka_partition, max(ingested_at) as newest, max(kafka_offset) as kafka_offset, count(*) as records
from ${LAKE_DATABASE}.shop_purchases
where dt = cast(current_date as varchar)
group by kafka_partition
order by kafka_partition`,
  },
];
