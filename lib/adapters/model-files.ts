import { readdir, readFile } from 'node:fs/promises';
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
export async function modelFiles(dir: string, contracts: readonly Contract[] = deployed): Promise<readonly Model[]> {
  const lake = lakeColumns(contracts);
  const models: Model[] = [];
  for (const schema of await folderEntries(dir)) {
    if (!schema.isDirectory()) continue;
    for (const { name } of await folderEntries(join(dir, schema.name))) {
      if (!name.endsWith('.sql')) continue;
      const sql = await readFile(join(dir, schema.name, name), 'utf8');
      const file = `sql/${schema.name}/${name}`;
      models.push(readModel({ schema: schema.name, table: name.slice(0, -'.sql'.length), file, sql }, lake));
    }
  }
  return models;
}

async function folderEntries(dir: string) {
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    return entries.sort((left, right) => (left.name < right.name ? -1 : 1));
  } catch (cause) {
    throw new Error(`${dir}: expected the folder of the SQL models, found none that can be read`, { cause });
  }
}
