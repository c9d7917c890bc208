import type { QueryExample, QueryTable } from '../../api/query-routes.ts';
import type { MetricDefinition } from '../../derive/metric-definitions.ts';
import { metricSelect } from '../../derive/metric-query.ts';

/** Columns that say when a row came in or changed, the most useful order first. */
const NEWEST_BY = ['ingested_at', 'window_start', 'last_update', 'created_at', 'ran_at', 'tested_at'];

/** Statements to begin with: rows, their number over time, and the metrics of the table's stream. */
export function queryExamples(
  { name, columns }: Pick<QueryTable, 'name' | 'columns'>,
  metrics: readonly MetricDefinition[],
): readonly QueryExample[] {
  const has = (column: string) => columns.some((one) => one.name === column);
  const newest = NEWEST_BY.find(has);
  const order = newest === undefined ? '' : `\norder by ${newest} desc`;
  const first = newest === undefined ? 'Rows' : 'Newest rows';
  const byHour = `select dt, hour, count(*) as row_count\nfrom ${name}\ngroup by dt, hour\norder by dt desc, hour desc`;
  return [
    { title: first, sql: `select *\nfrom ${name}${order}\nlimit 100`, metric: null },
    has('dt') && has('hour')
      ? { title: 'Rows by hour', sql: byHour, metric: null }
      : { title: 'Number of rows', sql: `select count(*) as row_count\nfrom ${name}`, metric: null },
    ...metrics.map((metric) => ({
      title: metric.description.replace(/\.$/, ''),
      sql: metricSelect(metric, name),
      metric: metric.name,
    })),
  ];
}
