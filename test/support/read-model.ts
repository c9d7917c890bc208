import { duckdbSqlParser } from '../../lib/adapters/duckdb/sql-parser.ts';
import type { Model } from '../../lib/pipeline/transform/model.ts';
import type { LakeColumns } from '../../lib/pipeline/transform/model-header.ts';
import { readModel } from '../../lib/pipeline/transform/read-model.ts';

/** One for the process: it holds only DuckDB in memory. */
export const parser = duckdbSqlParser();

/** A model of that name, such as `analytics.rooms`, whose file has this text. */
export function modelOf(name: string, sql: string, lake: LakeColumns = new Map()): Promise<Model> {
  const [schema = '', table = ''] = name.split('.');
  return readModel({ schema, table, file: `sql/${schema}/${table}.sql`, sql }, { parser, lake });
}
