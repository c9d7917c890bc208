import type { TableName } from '../../derive/names.ts';
import { type HourOfTable, hourFolder } from '../../derive/table-partition.ts';
import { compactKey } from '../../pipeline/generation.ts';
import { lakeHours } from '../../pipeline/lake-hours.ts';
import type { Catalog, ObjectStore, TablePartition } from '../../pipeline/ports.ts';

interface LakeAndCatalog {
  readonly store: Pick<ObjectStore, 'list' | 'listFolders'>;
  readonly catalog: Catalog;
}

/**
 * Hours of a table that have objects in the lake but are not in the catalogue under this name, each with the location
 * of its newest complete generation.
 */
export async function* unregisteredHours(
  { store, catalog }: LakeAndCatalog,
  table: TableName,
  name: TableName,
): AsyncGenerator<TablePartition> {
  const registered = new Set((await catalog.partitions(name)).map(hourKey));
  for await (const hour of lakeHours(store, table)) {
    if (registered.has(hourKey(hour))) continue;
    const partition = await partitionOf(store, table, hour);
    if (partition !== undefined) yield partition;
  }
}

const hourKey = ({ dt, hour }: HourOfTable) => `${dt} ${hour}`;

/** undefined for an hour without objects: a killed writer leaves an empty folder. */
async function partitionOf(
  store: LakeAndCatalog['store'],
  table: TableName,
  hour: HourOfTable,
): Promise<TablePartition | undefined> {
  const folder = hourFolder(table, hour);
  const keys = await store.list(folder);
  const generations = keys.map((key) => Number(/^g=(\d+)\//.exec(key.slice(folder.length))?.[1] ?? Number.NaN));
  const complete = generations.filter((found) => found > 0 && keys.includes(compactKey(table, hour, found)));
  const generation = Math.max(0, ...complete);
  return generations.includes(generation) ? { ...hour, generation, location: `${folder}g=${generation}/` } : undefined;
}
