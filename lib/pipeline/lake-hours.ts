import type { TableName } from '../derive/names.ts';
import { type HourOfTable, tableFolder } from '../derive/table-partition.ts';
import type { ObjectStore } from './ports.ts';

/** The hours of a table that have a folder in the lake, newest first; only those before `before` if it is given. */
export async function* lakeHours(
  store: Pick<ObjectStore, 'listFolders'>,
  table: TableName,
  before?: HourOfTable,
): AsyncGenerator<HourOfTable> {
  const days = (await store.listFolders(tableFolder(table))).filter((name) => name.startsWith('dt=')).reverse();
  for (const dt of days.map((name) => name.slice(3))) {
    if (before !== undefined && dt > before.dt) continue;
    const hours = (await store.listFolders(`${tableFolder(table)}dt=${dt}/`))
      .filter((name) => /^hour=\d\d$/.test(name))
      .map((name) => Number(name.slice(5)))
      .reverse();
    for (const hour of hours) if (before === undefined || dt < before.dt || hour < before.hour) yield { dt, hour };
  }
}
