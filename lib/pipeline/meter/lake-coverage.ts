import type { TableName } from '../../derive/names.ts';
import type { HourOfTable } from '../../derive/table-partition.ts';
import { compactKey } from '../generation.ts';
import type { Shard } from '../metric-store.ts';
import { includes, intersect, type OffsetRanges, union } from '../offset-ranges.ts';
import type { Catalog, ObjectStore, TablePartition } from '../ports.ts';
import { readFacts } from '../read-facts.ts';
import { type ChainPlace, type Coverage, chainPrefix, coverageOf, slotKey, slotOf } from '../slot.ts';
import type { HighWater } from '../source-position.ts';
import type { LakeRange } from './lake-rows.ts';

/** The coverage of a kafka partition by the objects that readers see, over all hours. */
export interface LakeCoverage {
  readonly covered: OffsetRanges;
  readonly newestTimestampMs: number;
  /** In a refined stream, the greatest source position among them. */
  readonly highWater: HighWater | null;
  readonly hours: readonly CoveredHour[];
}

export interface CoveredHour extends HourOfTable, Pick<Coverage, 'covered' | 'amended' | 'amendedSources'> {
  /** Rows of a refined stream that were made from the lake, without offsets of their own. */
  readonly made: number;
}

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
    hours: hours.map(({ dt, hour, covered, amended, amendedSources, counts: { made } }) => {
      return { dt, hour, covered, amended, amendedSources, made };
    }),
  };
}

/**
 * The rows at these offsets. Rows without offsets come with the lake's first offset, so that they are counted once,
 * however the offsets are divided.
 */
export function rangeOf(
  table: TableName,
  shard: Shard,
  { covered, hours }: LakeCoverage,
  ranges: OffsetRanges,
): LakeRange {
  const [first] = covered;
  const withMade = first !== undefined && includes(ranges, first[0]);
  const found = hours.filter((hour) => intersect(hour.covered, ranges).length > 0 || (withMade && hour.made > 0));
  return { table, shard, ranges, withMade, hours: found };
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
