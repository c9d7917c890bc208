import { createHash } from 'node:crypto';
import { lakeTableNamed } from '../../derive/names.ts';
import type { HourOfTable } from '../../derive/table-partition.ts';
import type { Catalog, ObjectStore } from '../ports.ts';
import { lakeVersion } from './lake-version.ts';
import type { ModelGraph } from './model-graph.ts';

export interface LakePorts {
  readonly catalog: Pick<Catalog, 'partition' | 'partitions'>;
  readonly store: Pick<ObjectStore, 'list' | 'readTail'>;
}

/** Lake tables read concurrently. */
const AT_ONCE = 16;

/**
 * The versions of the lake tables in an hour. They are read before the rows, so that a change in between makes a
 * version that no ledger has. A table without the hour has none.
 */
async function lakeVersions(
  { catalog, store }: LakePorts,
  tables: readonly string[],
  hour: HourOfTable,
): Promise<ReadonlyMap<string, string>> {
  const versionOf = async (name: string): Promise<readonly (readonly [string, string])[]> => {
    const table = lakeTableNamed(name);
    const partition = table === null ? undefined : await catalog.partition(table, hour);
    if (partition === undefined) return [];
    return [[name, await lakeVersion(store, partition)]];
  };
  const found: (readonly [string, string])[] = [];
  for (let at = 0; at < tables.length; at += AT_ONCE) {
    found.push(...(await Promise.all(tables.slice(at, at + AT_ONCE).map(versionOf))).flat());
  }
  return new Map(found);
}

/** The number of hours that are read ahead of the current one. */
const HOURS_AHEAD = 3;

/**
 * The lake's versions of each hour, in the order of `hours`. The next hours' versions are read while one hour is
 * processed: if the catalogue and the store are slow, unchanged hours cost little else.
 */
export async function* lakeVersionsAhead(
  ports: LakePorts,
  tables: readonly string[],
  hours: readonly HourOfTable[],
): AsyncGenerator<{ readonly hour: HourOfTable; readonly lake: ReadonlyMap<string, string> }> {
  const begun = new Map<HourOfTable, Promise<ReadonlyMap<string, string>>>();
  for (const [index, hour] of hours.entries()) {
    for (const ahead of hours.slice(index, index + 1 + HOURS_AHEAD)) {
      if (begun.has(ahead)) continue;
      const versions = lakeVersions(ports, tables, ahead);
      // An error is thrown when the hour's turn comes, which may be never.
      versions.catch(() => undefined);
      begun.set(ahead, versions);
    }
    const lake = await begun.get(hour);
    begun.delete(hour);
    if (lake !== undefined) yield { hour, lake };
  }
}

/**
 * The version of each model's hour: its own definition, those of everything that it reads, and their lake tables'
 * versions. A model that reads nothing in the lake's hour has none: there is nothing to run.
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

/** Every hour that any of the lake tables has, ascending. */
export async function hoursOfLake({ catalog }: LakePorts, tables: readonly string[]): Promise<readonly HourOfTable[]> {
  const hours = new Map<string, HourOfTable>();
  for (const table of tables.flatMap((name) => lakeTableNamed(name) ?? [])) {
    for (const { dt, hour } of await catalog.partitions(table)) {
      hours.set(`${dt} ${String(hour).padStart(2, '0')}`, { dt, hour });
    }
  }
  return [...hours].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, hour]) => hour);
}
