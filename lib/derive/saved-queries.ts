import { DEAD_LETTERS, LAKE_DATABASE } from './names.ts';

/** A query that the lake comes with, to begin from. It runs as it is, in Athena and elsewhere. */
export interface SavedQuery {
  readonly name: string;
  readonly description: string;
  readonly database: string;
  readonly sql: string;
}

/** Queries over what every lake has. Each names its day: what is scanned is paid for. */
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
