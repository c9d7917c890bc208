import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contract } from '../contracts/contract.ts';
import { columns } from '../derive/columns.ts';
import { lakeTable } from '../derive/names.ts';
import type { Model } from '../pipeline/transform/model.ts';
import type { LakeColumns } from '../pipeline/transform/model-header.ts';
import { readModel } from '../pipeline/transform/read-model.ts';
import { duckdbSqlParser } from './duckdb/sql-parser.ts';

/** The columns that a model may adopt from the table of a stream. */
export function lakeColumns(contracts: readonly Contract[]): LakeColumns {
  return new Map(
    contracts.map((contract) => {
      const { database, table } = lakeTable(contract);
      return [
        `${database}.${table}`,
        columns(contract).map(({ name, type, nullable, json }) => ({ name, type, nullable, json })),
      ];
    }),
  );
}

/**
 * The models in a folder, `<dir>/<schema>/<model>.sql`.
 * @throws ModelError for a file that is not a model; an error that names the folder if it cannot be read.
 */
export async function modelFiles(dir: string, contracts: readonly Contract[]): Promise<readonly Model[]> {
  const parser = duckdbSqlParser();
  const options = { parser, lake: lakeColumns(contracts) };
  const models: Model[] = [];
  try {
    for (const { name: schema } of folderEntries(dir).filter((entry) => entry.isDirectory())) {
      for (const { name } of folderEntries(join(dir, schema))) {
        if (!name.endsWith('.sql')) continue;
        const sql = readFileSync(join(dir, schema, name), 'utf8');
        const file = { schema, table: name.slice(0, -'.sql'.length), file: `sql/${schema}/${name}`, sql };
        models.push(await readModel(file, options));
      }
    }
  } finally {
    await parser.close();
  }
  return models;
}

function folderEntries(dir: string) {
  try {
    return readdirSync(dir, { withFileTypes: true }).sort((left, right) => (left.name < right.name ? -1 : 1));
  } catch (cause) {
    throw new Error(`${dir}: expected the folder of the SQL models, found none that can be read`, { cause });
  }
}
