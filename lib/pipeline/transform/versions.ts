import { createHash } from 'node:crypto';
import type { HourOfTable } from '../../derive/table-partition.ts';
import type { Catalog, ObjectStore } from '../ports.ts';
import type { ModelGraph } from './model-graph.ts';

export interface LakePorts {
  readonly catalog: Pick<Catalog, 'partition' | 'partitions'>;
  readonly store: Pick<ObjectStore, 'list'>;
}

/** Lake tables read at the same time. */
const AT_ONCE = 16;

/**
 * The versions of the lake tables in an hour: generation, and the last slot of every chain. It is read before the rows
 * are, so that whatever comes in between makes a version that no ledger has. A table without the hour has none.
 */
export async function lakeVersions(
  { catalog, store }: LakePorts,
  tables: readonly string[],
  hour: HourOfTable,
): Promise<ReadonlyMap<string, string>> {
  const versionOf = async (name: string): Promise<readonly (readonly [string, string])[]> => {
    const partition = await catalog.partition({ database: 'lake', table: name.slice('lake.'.length) }, hour);
    if (partition === undefined) return [];
    const last = new Map<string, string>();
    for (const key of await store.list(partition.location)) {
      const object = key.slice(partition.location.length);
      last.set(object.slice(0, object.lastIndexOf('-') + 1), object);
    }
    return [[name, `${partition.generation}: ${[...last.values()].join(' ')}`]];
  };
  const found: (readonly [string, string])[] = [];
  for (let at = 0; at < tables.length; at += AT_ONCE) {
    found.push(...(await Promise.all(tables.slice(at, at + AT_ONCE).map(versionOf))).flat());
  }
  return new Map(found);
}

/**
 * What each model's hour is made of: its own definition, those of all that it reads, and their lake tables' versions. A
 * model that reads nothing in the lake's hour has none: there is nothing to run.
 */
export function modelVersions(
  graph: ModelGraph,
  lake: ReadonlyMap<string, string>,
  windowSeconds: number,
): ReadonlyMap<string, string> {
  const versions = new Map<string, string>(lake);
  const models = new Map<string, string>();
  for (const model of graph.models) {
    const read = model.reads.flatMap((name) => {
      const version = versions.get(name);
      return version === undefined ? [] : [`${name}=${version}`];
    });
    if (read.length === 0) continue;
    const window = model.parameters.includes('window_seconds') ? `${windowSeconds}` : '';
    const version = createHash('sha256')
      .update([model.definition, window, ...read.sort()].join('\n'))
      .digest('hex');
    versions.set(model.name, version.slice(0, 32));
    models.set(model.name, version.slice(0, 32));
  }
  return models;
}

/** Every hour that one of the lake tables has, ascending. */
export async function hoursOfLake({ catalog }: LakePorts, tables: readonly string[]): Promise<readonly HourOfTable[]> {
  const hours = new Map<string, HourOfTable>();
  for (const name of tables.filter((table) => table.startsWith('lake.'))) {
    for (const { dt, hour } of await catalog.partitions({ database: 'lake', table: name.slice('lake.'.length) })) {
      hours.set(`${dt} ${String(hour).padStart(2, '0')}`, { dt, hour });
    }
  }
  return [...hours].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, hour]) => hour);
}
