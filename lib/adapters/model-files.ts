import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contract } from '../contracts/contract.ts';
import { contracts as deployed } from '../contracts/index.ts';
import { columns } from '../derive/columns.ts';
import { lakeTable } from '../derive/names.ts';
import type { Model } from '../pipeline/transform/model.ts';
import type { LakeColumns } from '../pipeline/transform/model-header.ts';
import { readModel } from '../pipeline/transform/read-model.ts';

/** The columns that a model may take over from the table of a stream. */
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
 * @throws ModelError for a file that is no model; an error that names the folder when it cannot be read.
 */
export function modelFiles(dir: string, contracts: readonly Contract[] = deployed): readonly Model[] {
  const lake = lakeColumns(contracts);
  const models: Model[] = [];
  for (const schema of folderEntries(dir)) {
    if (!schema.isDirectory()) continue;
    for (const { name } of folderEntries(join(dir, schema.name))) {
      if (!name.endsWith('.sql')) continue;
      const sql = readFileSync(join(dir, schema.name, name), 'utf8');
      const file = `sql/${schema.name}/${name}`;
      models.push(readModel({ schema: schema.name, table: name.slice(0, -'.sql'.length), file, sql }, lake));
    }
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
