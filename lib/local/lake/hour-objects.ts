import pLimit from 'p-limit';
import type { TableName } from '../../derive/names.ts';
import { type HourOfTable, hourFolder, parseLocation } from '../../derive/table-partition.ts';
import { isRowsKey } from '../../pipeline/generation.ts';
import { ObjectNotFoundError, type ObjectStore } from '../../pipeline/ports.ts';
import { DamagedObjectError, readFacts } from '../../pipeline/read-facts.ts';
import { type CompactFacts, coverageOf, type NamedSlot, parseSlotName, type SlotFacts } from '../../pipeline/slot.ts';

export type HourStore = Pick<ObjectStore, 'list' | 'listFolders' | 'readTail'>;

/** The objects of an hour, by generation, ascending. */
export interface HourObjects {
  readonly table: TableName;
  readonly hour: HourOfTable;
  readonly generations: ReadonlyMap<number, readonly string[]>;
  /** The newest generation that is complete: readers are directed to it. */
  readonly current: number;
  /** Keys of the current generation that have rows, or may have. */
  readonly keys: readonly string[];
}

/** What the hour's chains have covered. `coverage` counts every record of the hour. */
export type ChainOfHour = Pick<SlotFacts, 'stream' | 'incarnation' | 'kafkaPartition'> & ReturnType<typeof coverageOf>;

export interface ChainsOfHour {
  readonly chains: readonly ChainOfHour[];
  /** Rows when the generation was compacted; null if it was not, or if they cannot be read. */
  readonly compactedRows: number | null;
  /** True if an object cannot be read: then chains are missing. */
  readonly isDamaged: boolean;
}

/** Objects read concurrently. */
const READ_AT_ONCE = 16;
const COMPACT = /\/compact\.parquet$/;

export async function hourObjects(
  store: Pick<HourStore, 'list'>,
  table: TableName,
  hour: HourOfTable,
): Promise<HourObjects> {
  const generations = new Map<number, string[]>();
  for (const key of await store.list(hourFolder(table, hour))) {
    const generation = parseLocation(key.slice(0, key.lastIndexOf('/') + 1))?.generation;
    if (generation === undefined || !isRowsKey(key)) continue;
    generations.set(generation, [...(generations.get(generation) ?? []), key]);
  }
  const complete = [...generations].filter(([, keys]) => keys.some((key) => COMPACT.test(key)));
  const current = Math.max(0, ...complete.map(([generation]) => generation));
  return { table, hour, generations, current, keys: generations.get(current) ?? [] };
}

/** Reads the newest slot of each chain, and the compact object: a constant number of objects of each chain. */
export async function chainsOfHour(store: Pick<HourStore, 'readTail'>, { keys }: HourObjects): Promise<ChainsOfHour> {
  const newest = new Map<string, string>();
  for (const key of keys) {
    const slot = parseSlotName(key.slice(key.lastIndexOf('/') + 1));
    // Keys ascend, so the last slot of each chain remains.
    if (slot !== undefined) newest.set(chainName(slot), key);
  }
  const compact = keys.find((key) => COMPACT.test(key));
  const compacted = compact === undefined ? undefined : ((await factsOf(store, compact)) as CompactFacts | undefined);
  const chains = new Map<string, ChainOfHour>();
  for (const chain of compacted?.chains ?? []) chains.set(chainName(chain), chainOf(chain));
  const slots = await pLimit(READ_AT_ONCE).map([...newest], async ([name, key]) => {
    return [name, (await factsOf(store, key)) as SlotFacts | undefined] as const;
  });
  for (const [name, facts] of slots) if (facts !== undefined) chains.set(name, chainOf(facts));
  return {
    chains: [...chains.values()],
    compactedRows: compacted?.chains.reduce((sum, chain) => sum + coverageOf(chain).counts.rows, 0) ?? null,
    isDamaged: (compact !== undefined && compacted === undefined) || slots.some(([, facts]) => facts === undefined),
  };
}

/** Identifies a chain within its hour. */
export function chainName({ label, incarnation, kafkaPartition }: Omit<NamedSlot, 'slot'>): string {
  return `${label} ${incarnation} ${kafkaPartition}`;
}

function chainOf(facts: Omit<ChainOfHour, 'amended' | 'counts' | 'timestampType'> & Partial<ChainOfHour>): ChainOfHour {
  const { stream, incarnation, kafkaPartition } = facts;
  return { stream, incarnation, kafkaPartition, ...coverageOf(facts) };
}

/** Undefined for an object that is damaged, or that a compaction has deleted in the meantime. */
export async function factsOf(
  store: Pick<HourStore, 'readTail'>,
  key: string,
): Promise<SlotFacts | CompactFacts | undefined> {
  try {
    return await readFacts(store, key);
  } catch (error) {
    if (error instanceof DamagedObjectError || error instanceof ObjectNotFoundError) return undefined;
    throw error;
  }
}

/** Undefined for an object that a compaction has deleted in the meantime. */
export async function bytesOf(store: Pick<HourStore, 'readTail'>, key: string): Promise<number | undefined> {
  try {
    return (await store.readTail(key, 1)).sizeBytes;
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return undefined;
    throw error;
  }
}
