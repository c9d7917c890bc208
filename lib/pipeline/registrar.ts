import type { TableName } from '../derive/names.ts';
import { type HourOfTable, partitionLocation } from '../derive/table-partition.ts';
import type { Catalog } from './ports.ts';

/** Registrations kept in memory: far more than the table partitions that one process ever writes to. */
const MAX_REMEMBERED = 16_384;

/**
 * Ensures that the catalogue lists an hour under every name of a table; registers once per process, hour and
 * generation.
 * @param location the table whose folder holds the objects; `names` may be others over the same objects.
 */
export function registrar(catalog: Catalog) {
  const registered = new Set<string>();
  return async (
    location: TableName,
    names: readonly TableName[],
    hour: HourOfTable,
    generation: number,
  ): Promise<void> => {
    for (const name of names) {
      const key = `${name.database}.${name.table} ${partitionLocation(location, hour, generation)}`;
      if (registered.has(key)) continue;
      await catalog.register(name, {
        ...hour,
        generation,
        location: partitionLocation(location, hour, generation),
      });
      registered.add(key);
      if (registered.size > MAX_REMEMBERED) registered.delete(registered.values().next().value as string);
    }
  };
}
