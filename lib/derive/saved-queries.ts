import { DEAD_LETTERS, LAKE_DATABASE } from './names.ts';

/** A query that the lake comes with, to begin from. */
export interface SavedQuery {
  readonly name: string;
  readonly description: string;
  readonly database: string;
  readonly sql: string;
}

/** Queries over the lake that run as they are, in Athena and elsewhere. Each names its day: what is scanned is paid for. */
export const savedQueries: readonly SavedQuery[] = [
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
    name: 'dead letters by reason today',
    description: 'Records that could not be rows today, by stream and reason.',
    database: LAKE_DATABASE,
    sql: `select stream, reason, path, count(*) as records, max(ingested_at) as newest
from ${DEAD_LETTERS.database}.${DEAD_LETTERS.table}
where dt = cast(current_date as varchar)
group by stream, reason, path
order by records desc`,
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
