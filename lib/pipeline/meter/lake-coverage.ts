import type { TableName } from '../../derive/names.ts';
import type { HourOfTable } from '../../derive/table-partition.ts';
import { compactKey } from '../generation.ts';
import type { Shard } from '../metric-store.ts';
import { type OffsetRanges, union } from '../offset-ranges.ts';
import type { Catalog, ObjectStore, TablePartition } from '../ports.ts';
import { readFacts } from '../read-facts.ts';
import { type ChainPlace, type Coverage, chainPrefix, coverageOf, slotKey, slotOf } from '../slot.ts';
import type { HighWater } from '../source-position.ts';

/** The coverage of a kafka partition by the objects that readers see, over all hours. */
export interface LakeCoverage {
  readonly covered: OffsetRanges;
  readonly newestTimestampMs: number;
  /** In a refined stream, the greatest source position among them. */
  readonly highWater: HighWater | null;
  readonly hours: readonly CoveredHour[];
}

export interface CoveredHour extends HourOfTable, Pick<Coverage, 'covered' | 'amended'> {}

interface Lake {
  readonly store: Pick<ObjectStore, 'list' | 'readTail'>;
  readonly catalog: Pick<Catalog, 'partitions'>;
}

/** Counts only what the catalogue shows: a slot that readers do not see yet is ignored. */
export async function lakeCoverage({ store, catalog }: Lake, table: TableName, shard: Shard): Promise<LakeCoverage> {
  const hours: (HourOfTable & Coverage)[] = [];
  for (const partition of await catalog.partitions(table)) {
    const { incarnation, kafkaPartition } = shard;
    const chain = { table, label: table.table, incarnation, kafkaPartition, hour: partition };
    const coverage = await visibleCoverage(store, chain, partition);
    if (coverage !== undefined) hours.push({ dt: partition.dt, hour: partition.hour, ...coverage });
  }
  return {
    covered: hours.reduce<OffsetRanges>((all, { covered }) => union(all, covered), []),
    newestTimestampMs: hours.reduce((newest, one) => Math.max(newest, one.newestTimestampMs), -1),
    highWater: hours.reduce<HighWater | null>((highest, { highWater }) => higher(highest, highWater), null),
    hours: hours.map(({ dt, hour, covered, amended }) => ({ dt, hour, covered, amended })),
  };
}

/** The coverage of the chain's newest object in the visible generation, else of its entry in the compact object. */
async function visibleCoverage(
  store: Lake['store'],
  chain: ChainPlace,
  { generation }: TablePartition,
): Promise<Coverage | undefined> {
  const keys = await store.list(chainPrefix(chain, generation));
  const slots = keys.flatMap((key) => slotOf(key, chain, generation) ?? []);
  if (slots.length > 0) {
    const facts = await readFacts(store, slotKey(chain, generation, Math.max(...slots)));
    return facts.kind === 'compact' ? undefined : coverageOf(facts);
  }
  if (generation === 0) return undefined;
  const facts = await readFacts(store, compactKey(chain.table, chain.hour, generation));
  if (facts.kind !== 'compact') return undefined;
  const found = facts.chains.find(
    ({ label, incarnation, kafkaPartition }) =>
      label === chain.label && incarnation === chain.incarnation && kafkaPartition === chain.kafkaPartition,
  );
  return found && coverageOf(found);
}

function higher(one: HighWater | null, other: HighWater | null): HighWater | null {
  if (one === null || other === null) return one ?? other;
  const order = one.incarnation - other.incarnation || one.offset - other.offset || one.ordinal - other.ordinal;
  const newestTimestampMs = Math.max(one.newestTimestampMs, other.newestTimestampMs);
  return { ...(order >= 0 ? one : other), newestTimestampMs };
}
