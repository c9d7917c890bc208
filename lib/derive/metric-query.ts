import { columnName } from '../contracts/column-name.ts';
import { columnType } from './columns.ts';
import { duckdbType } from './duckdb.ts';
import type { Measure, MetricDefinition, MetricField } from './metric-definitions.ts';
import { quoted } from './quoted.ts';

/**
 * A metric from the rows of its lake table, in DuckDB's SQL: one row per group and window, all columns text. The
 * columns are the start of the window in seconds (null for all time), the fields of the group, and the figures, in
 * order.
 * @param rows a relation with the table's columns
 * @param floorSeconds windows that end at or before this are excluded
 */
export function metricQuery(
  { by, measures, windowSeconds }: MetricDefinition,
  rows: string,
  floorSeconds: number,
): string {
  const start =
    windowSeconds === null ? 'null' : `epoch_us(event_time) // ${windowSeconds * 1_000_000} * ${windowSeconds}`;
  const groups = by.map(fieldExpression);
  const kept = windowSeconds === null ? '' : ` where ${start} + ${windowSeconds} > ${floorSeconds}`;
  const columns = [start, ...groups, ...measures.map(measureExpression)];
  const list = columns.map((expression, index) => `cast(${expression} as varchar) as c${index}`).join(', ');
  // Without grouping columns, SQL would return one row even for an empty relation.
  return `select ${list} from ${rows}${kept} group by ${[start, ...groups].join(', ')} having count(*) > 0`;
}

/**
 * The same figures for people: columns with names and types of their own, the newest window or the greatest figure
 * first.
 * @param table `lake.shop_purchases`
 */
export function metricSelect({ by, measures, windowSeconds }: MetricDefinition, table: string): string {
  const width = (windowSeconds ?? 0) * 1_000_000;
  const window = `make_timestamp(epoch_us(event_time) // ${width} * ${width}) as window_start`;
  const groups = by.map((field) => ({ name: quoted(columnName(field.path)), expression: fieldExpression(field) }));
  const columns = [
    ...(windowSeconds === null ? [] : [window]),
    ...groups.map(({ name, expression }) => (name === expression ? name : `${expression} as ${name}`)),
    ...measures.map((measure) => `${measureExpression(measure)} as ${quoted(measure.name)}`),
  ];
  const order = [
    ...(windowSeconds === null ? [] : ['window_start']),
    ...measures.slice(0, 1).map(({ name }) => quoted(name)),
  ];
  const grouped = windowSeconds === null && by.length === 0 ? '' : '\ngroup by all';
  return `select\n  ${columns.join(',\n  ')}\nfrom ${table}${grouped}\norder by ${order.map((one) => `${one} desc`).join(', ')}`;
}

function measureExpression({ op, field }: Measure): string {
  if (op === 'count' || field === null) return 'count(*)';
  const value = fieldExpression(field);
  if (op !== 'sum') {
    return field.type.kind === 'timestamp' ? `strftime(${op}(${value}), '%Y-%m-%d %H:%M:%S.%f')` : `${op}(${value})`;
  }
  return field.type.kind === 'decimal' ? `sum(${value})` : `sum(cast(${value} as hugeint))`;
}

/** Fields inside a struct are JSON text. */
function fieldExpression({ path, jsonPath, type }: MetricField): string {
  const column = quoted(columnName(path.split('.')[0] ?? path));
  if (jsonPath.length === 0) return column;
  const place = jsonPath.map((name) => `."${name.replaceAll('"', '\\"')}"`).join('');
  const text = `json_extract_string(${column}, '$${place.replaceAll("'", "''")}')`;
  return type.kind === 'string' ? text : `cast(${text} as ${duckdbType(columnType(type))})`;
}
