import type { MetricDefinition } from '../../derive/metric-definitions.ts';
import { intersect, lastOffset, type OffsetRanges, subtract, union } from '../offset-ranges.ts';
import type { LakeCoverage } from './lake-coverage.ts';
import { withMetrics } from './shard-metrics.ts';
import type { ShardState } from './shard-state.ts';

/** What one step counts of a shard from the lake. */
export interface FillPlan {
  /** Offsets that the shard has not covered. All metrics count them. */
  readonly gap: OffsetRanges;
  /** By definition id: offsets that the shard has covered and the metric has not counted. */
  readonly missing: ReadonlyMap<string, OffsetRanges>;
}

/** The maximum number of offsets in one step: a step blocks other steps of the store. */
const MAX_OFFSETS = 200_000;

interface FillPlanOptions {
  readonly definitions: readonly MetricDefinition[];
  readonly lake: Pick<LakeCoverage, 'covered'>;
  /** The next offset that the meter's group reads; earlier offsets are not delivered to it again. */
  readonly committed: number;
  readonly isRefined: boolean;
}

/**
 * Returns the part of the gaps that the lake can fill now: offsets covered by objects that readers see. Gaps extend to
 * the group's committed offset, beyond what the shard covers. Undefined if there is nothing to do.
 */
export function fillPlan(state: ShardState, options: FillPlanOptions): FillPlan | undefined {
  const { definitions, lake, committed, isRefined } = options;
  const gap = isRefined ? refinedGap(state, lake.covered, committed) : plainGap(state, lake.covered, committed);
  const missing = new Map<string, OffsetRanges>();
  for (const { id, missing: all } of withMetrics(state, definitions).metrics) {
    const ranges = firstOffsets(intersect(all, lake.covered), MAX_OFFSETS);
    if (ranges.length > 0) missing.set(id, ranges);
  }
  return gap.length === 0 && missing.size === 0 ? undefined : { gap, missing };
}

function plainGap({ covered }: ShardState, lake: OffsetRanges, committed: number): OffsetRanges {
  if (committed === 0) return [];
  return firstOffsets(intersect(subtract([[0, committed - 1]], covered), lake), MAX_OFFSETS);
}

/**
 * A refined shard continues from one high-water, which the lake knows only at the end of its coverage: so its gap is
 * filled up to there, in one step, and only while the lake has no gap either. Offsets before the lake's first exist
 * nowhere.
 */
function refinedGap({ covered }: ShardState, lake: OffsetRanges, committed: number): OffsetRanges {
  const isContiguous = covered.length <= 1 && (covered[0]?.[0] ?? 0) === 0;
  if (isContiguous && lastOffset(covered) >= committed - 1) return [];
  const [whole, ...others] = union(covered, lake);
  if (whole === undefined || others.length > 0) return [];
  const before: OffsetRanges = whole[0] > 0 ? [[0, whole[0] - 1]] : [];
  return union(before, subtract(lake, covered));
}

/** Whether the state still lacks everything that the plan fills. */
export function isStillMissing(
  state: ShardState,
  { gap, missing }: FillPlan,
  definitions: readonly MetricDefinition[],
) {
  if (intersect(gap, state.covered).length > 0) return false;
  const now = new Map(withMetrics(state, definitions).metrics.map((metric) => [metric.id, metric.missing]));
  return [...missing].every(([id, ranges]) => subtract(ranges, now.get(id) ?? []).length === 0);
}

function firstOffsets(ranges: OffsetRanges, count: number): OffsetRanges {
  const first: [number, number][] = [];
  let left = count;
  for (const [from, to] of ranges) {
    if (left <= 0) break;
    const last = Math.min(to, from + left - 1);
    first.push([from, last]);
    left -= last - from + 1;
  }
  return first;
}
