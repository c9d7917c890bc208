import type { TableName } from '../../derive/names.ts';
import type { HourOfTable } from '../../derive/table-partition.ts';
import { compactKey } from '../generation.ts';
import { ObjectNotFoundError, type ObjectStore } from '../ports.ts';
import { DamagedObjectError, readFacts } from '../read-facts.ts';
import {
  type CompactedChain,
  type CompactFacts,
  coverageOf,
  NO_COVERAGE,
  parseSlotName,
  type SlotFacts,
} from '../slot.ts';
import type { AuditedSlot, ChainStart } from './audit-slots.ts';
import { type ChainFinding, FROM_A_COPY } from './finding.ts';

/** The objects of a chain in one generation, by ascending slot. */
export interface ChainSlots extends Pick<CompactedChain, 'label' | 'incarnation' | 'kafkaPartition'> {
  readonly slots: readonly { readonly key: string; readonly slot: number }[];
}

/** The name of a chain within an hour. */
export const chainName = ({ label, incarnation, kafkaPartition }: Omit<ChainSlots, 'slots'>) =>
  `${label} ${incarnation} ${kafkaPartition}`;

export function chainSlots(keys: readonly string[], location: string): ReadonlyMap<string, ChainSlots> {
  const chains = new Map<string, ChainSlots & { readonly slots: { key: string; slot: number }[] }>();
  for (const key of keys) {
    const named = parseSlotName(key.slice(location.length));
    if (named === undefined) continue;
    const { slot, ...place } = named;
    const chain = chains.get(chainName(place)) ?? { ...place, slots: [] };
    chains.set(chainName(place), chain);
    chain.slots.push({ key, slot });
  }
  return chains;
}

const COMPACT = /^compact(-\d{4,})?\.parquet$/;

/** Finds objects under a location whose names no Weir writer uses. */
export function foreignFindings(keys: readonly string[], location: string): readonly ChainFinding[] {
  const isForeign = (name: string) => parseSlotName(name) === undefined && !COMPACT.test(name);
  return keys
    .filter((key) => isForeign(key.slice(location.length)))
    .map((key) => ({
      kind: 'foreign_object',
      message: `${key}: no object of Weir’s; every reader of the hour sees its rows`,
      remedy: 'move it away',
    }));
}

type Start = ChainStart & Pick<CompactedChain, 'stream' | 'label' | 'incarnation' | 'kafkaPartition'>;

/** Returns the chains' entries in the generation's compact object, by chain name, or what is wrong with that object. */
export async function chainStarts(
  store: ObjectStore,
  table: TableName,
  hour: HourOfTable,
  generation: number,
): Promise<ReadonlyMap<string, Start> | ChainFinding> {
  if (generation === 0) return new Map();
  try {
    const { chains } = (await readFacts(store, compactKey(table, hour, generation))) as CompactFacts;
    return new Map(
      chains.map((chain) => [
        chainName(chain),
        // Earlier versions wrote no counts.
        { ...chain, ...coverageOf(chain), isCounted: chain.counts !== undefined },
      ]),
    );
  } catch (error) {
    if (!(error instanceof DamagedObjectError)) throw error;
    return damagedObject(error);
  }
}

export const damagedObject = ({ message }: Error): ChainFinding => ({
  kind: 'damaged_object',
  message,
  remedy: FROM_A_COPY,
});

/** The start of a chain that has not been compacted. */
export const NO_START: ChainStart = { ...NO_COVERAGE, rejected: [], isCounted: true };

/** Chains with slots, and those that are only in the compact object. */
export function chainsWithStarts(slots: ReadonlyMap<string, ChainSlots>, starts: ReadonlyMap<string, Start>) {
  const withoutSlots = [...starts].filter(([name]) => !slots.has(name));
  const all: (readonly [string, ChainSlots])[] = [
    ...slots,
    ...withoutSlots.map(([name, start]) => [name, { ...start, slots: [] }] as const),
  ];
  return all
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, { label, incarnation, kafkaPartition, slots: ofChain }]) => ({
      chain: { label, incarnation, kafkaPartition, slots: ofChain },
      start: starts.get(name),
    }));
}

export async function readSlot(store: ObjectStore, { key, slot }: ChainSlots['slots'][number]): Promise<AuditedSlot> {
  try {
    return { key, slot, facts: (await readFacts(store, key)) as SlotFacts };
  } catch (error) {
    if (!(error instanceof DamagedObjectError) && !(error instanceof ObjectNotFoundError)) throw error;
    return { key, slot, facts: null, damage: error.message };
  }
}
