import { DEAD_LETTERS, LAKE_DATABASE } from './names.ts';

/** A query that is deployed with the lake as a starting point. It runs unchanged in Athena and elsewhere. */
export interface SavedQuery {
  readonly name: string;
  readonly description: string;
  readonly database: string;
  readonly sql: string;
}

/** Queries over the tables of every lake. Each is limited to a day, because Athena bills scanned data. */
export const deadLetterQueries: readonly SavedQuery[] = [
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
];
