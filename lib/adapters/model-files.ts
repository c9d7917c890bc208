import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Model } from '../pipeline/transform/model.ts';
import { readModel } from '../pipeline/transform/read-model.ts';

/**
 * The models in a folder, `<dir>/<schema>/<model>.sql`.
 * @throws ModelError for a file that is no model; an error that names the folder when it cannot be read.
 */
export async function modelFiles(dir: string): Promise<readonly Model[]> {
  const models: Model[] = [];
  for (const schema of await folderEntries(dir)) {
    if (!schema.isDirectory()) continue;
    for (const { name } of await folderEntries(join(dir, schema.name))) {
      if (!name.endsWith('.sql')) continue;
      const sql = await readFile(join(dir, schema.name, name), 'utf8');
      const file = `sql/${schema.name}/${name}`;
      models.push(readModel({ schema: schema.name, table: name.slice(0, -'.sql'.length), file, sql }));
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
