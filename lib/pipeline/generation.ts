import type { TableName } from '../derive/names.ts';
import { type HourOfTable, hourFolder, partitionLocation } from '../derive/table-partition.ts';
import type { ObjectStore } from './ports.ts';

/**
 * A compaction of an hour makes its next generation. Objects whose names begin with `_` have no rows: readers skip
 * them.
 *
 *     …/hour=13/g=1/_begun.json            first: a chain opened from now on is sealed in g=0 and continues here
 *     …/hour=13/g=1/_plan.json             what the generation will hold
 *     …/hour=13/g=1/compact-0001.parquet   further parts of a large hour
 *     …/hour=13/g=1/compact.parquet        last: with it the generation is complete
 */
export function begunKey(table: TableName, hour: HourOfTable, generation: number): string {
  return `${partitionLocation(table, hour, generation)}_begun.json`;
}

export function planKey(table: TableName, hour: HourOfTable, generation: number): string {
  return `${partitionLocation(table, hour, generation)}_plan.json`;
}

/** Part 0 is the compact object. */
export function partKey(table: TableName, hour: HourOfTable, generation: number, part: number): string {
  const number = part === 0 ? '' : `-${String(part).padStart(4, '0')}`;
  return `${partitionLocation(table, hour, generation)}compact${number}.parquet`;
}

export function compactKey(table: TableName, hour: HourOfTable, generation: number): string {
  return partKey(table, hour, generation, 0);
}

/** Whether an object has rows, or may have. */
export function isRowsKey(key: string): boolean {
  return /(^|\/)[^/_][^/]*\.parquet$/.test(key);
}

export interface Generations {
  /** The newest generation with a compact object: readers are directed to it. */
  readonly complete: number;
  /** The newest generation that has begun: chains continue in it. */
  readonly begun: number;
}

/** Returns the progress of an hour's compactions. At most one has begun and is not complete. */
export async function findGenerations(
  store: Pick<ObjectStore, 'list' | 'listFolders'>,
  table: TableName,
  hour: HourOfTable,
): Promise<Generations> {
  const folders = await store.listFolders(hourFolder(table, hour));
  const numbers = folders.filter((name) => /^g=\d+$/.test(name)).map((name) => Number(name.slice(2)));
  const exists = async (key: string) => (await store.list(key)).includes(key);
  let begun = 0;
  for (const generation of numbers.filter((found) => found > 0).sort((left, right) => right - left)) {
    if (await exists(compactKey(table, hour, generation))) {
      return { complete: generation, begun: Math.max(begun, generation) };
    }
    if (begun === 0 && (await exists(begunKey(table, hour, generation)))) begun = generation;
  }
  return { complete: 0, begun };
}
