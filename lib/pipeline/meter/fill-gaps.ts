import type { Contract } from '../../contracts/contract.ts';
import type { MetricDefinition } from '../../derive/metric-definitions.ts';
import { lakeTable, type TableName } from '../../derive/names.ts';
import type { MetricChange, MetricStore, Shard } from '../metric-store.ts';
import { countOffsets, intersect, type OffsetRanges, subtract, union } from '../offset-ranges.ts';
import type { MadeSources } from '../source-position.ts';
import { hourText } from '../transform/hours.ts';
import { floorSeconds, laterOf, merged } from './count-batch.ts';
import { type FillPlan, fillPlan, isStillMissing } from './fill-plan.ts';
import { type CoveredHour, type LakeCoverage, rangeOf } from './lake-coverage.ts';
import type { LakeRange, LakeRows } from './lake-rows.ts';
import { cleared, counting, withMetrics } from './shard-metrics.ts';
import { emptyShard, parseShardState, type ShardState, shardStateText } from './shard-state.ts';

export interface FillDeps {
  readonly metrics: Pick<MetricStore, 'read' | 'step'>;
  /** A shard's coverage as readers of a table see it. */
  readonly coverageOf: (table: TableName, shard: Shard) => Promise<LakeCoverage>;
  readonly rows: LakeRows;
  readonly windowRetentionSeconds: number;
  /** Called before each step: whether there is time for another. Without it, there always is. */
  readonly hasTime?: () => boolean;
}

export interface ShardToFill {
  readonly shard: Shard;
  readonly topic: string;
  readonly contract: Contract;
  readonly definitions: readonly MetricDefinition[];
  /** The next offset that the meter's group reads. */
  readonly committed: number;
}

/** Offsets that were counted from the lake, and those that the lake does not have (yet), in all metrics. */
export interface FilledShard {
  readonly filled: number;
  readonly left: number;
}

/**
 * Counts from the lake what a shard has missed: records from before there was a store, before a metric was declared, or
 * after the store's last state. It is exact: each step applies only if the ranges are still missing. It may run while
 * the meter counts, several times concurrently, and be killed at any moment.
 */
export async function fillGaps(deps: FillDeps, filling: ShardToFill): Promise<FilledShard> {
  let filled = 0;
  for (;;) {
    const before = await readState(deps, filling);
    const left = countOffsets(gapsOf(before.state, filling));
    if (left === 0) {
      await declareMetrics(deps, filling);
      return { filled, left };
    }
    if (deps.hasTime?.() === false) return { filled, left };
    const coverage = await deps.coverageOf(lakeTable(filling.contract), filling.shard);
    const { contract, definitions, committed } = filling;
    const isRefined = contract.refinedFrom !== null;
    const plan = fillPlan(before.state, { definitions, lake: coverage, committed, isRefined });
    if (plan === undefined) {
      await declareMetrics(deps, filling);
      return { filled, left };
    }
    if (await fill(deps, filling, plan, coverage)) {
      filled += countOffsets(plan.gap) + [...plan.missing.values()].reduce((sum, one) => sum + countOffsets(one), 0);
    }
  }
}

/** The number of offsets that a shard lacks, in all metrics: reads only the store, not the lake. */
export async function missingOffsets(deps: Pick<FillDeps, 'metrics'>, filling: ShardToFill): Promise<number> {
  return countOffsets(gapsOf((await readState(deps, filling)).state, filling));
}

/**
 * Empties a shard's metrics, so that all of them are recounted from the lake; metrics no longer declared are removed.
 * @param replays returns which rows of replays a state counts from then on; by default, the same as before.
 */
export async function forgetMetrics(
  deps: Pick<FillDeps, 'metrics'>,
  filling: ShardToFill,
  replays: (state: ShardState) => Pick<ShardState, 'replayed' | 'made'> = ({ replayed, made }) => ({ replayed, made }),
): Promise<void> {
  for (;;) {
    const { text, state } = await readState(deps, filling);
    if (text === null) return;
    const { metrics, dropped } = withMetrics(state, filling.definitions);
    const emptied = metrics.map(({ id }) => ({ id, missing: state.covered, expired: 0 }));
    const next = { ...state, ...replays(state), metrics: emptied };
    const changes = [...metrics.map(({ id }) => cleared(id)), ...dropped];
    const step = { expected: text, next: shardStateText(next), changes };
    if ((await deps.metrics.step(filling.shard, step)) === 'done') return;
  }
}

/**
 * Empties a shard's metrics if the lake has rows of replays that they do not count, so that all is recounted. Returns
 * the number of offsets that the shard has to cover first: once it has, this must be called again.
 */
export async function forgetReplayed(
  deps: Pick<FillDeps, 'metrics' | 'coverageOf'>,
  filling: ShardToFill,
): Promise<number> {
  const { hours } = await deps.coverageOf(lakeTable(filling.contract), filling.shard);
  const { state } = await readState(deps, filling);
  const counts = replayedRows(hours, state);
  const isCounted = (hour: string) => (counts[hour] ?? 0) <= (state.replayed[hour] ?? 0);
  // Of a source whose events were made from the lake, the shard counts those records that the lake had taken in before.
  const behind = hours
    .filter((hour) => hour.amendedSources !== null && !isCounted(hourText(hour)))
    .reduce((sum, { covered }) => sum + countOffsets(subtract(covered, state.covered)), 0);
  if (behind > 0) return behind;
  if (!Object.keys(counts).every(isCounted)) {
    await forgetMetrics(deps, filling, (current) => {
      return { replayed: replayedRows(hours, current), made: madeSources(hours, current) };
    });
  }
  return hours.reduce((sum, { amended }) => sum + countOffsets(subtract(amended, state.covered)), 0);
}

/**
 * By hour, the rows of dead letters among the offsets that a shard has covered; in a refined stream the rows that were
 * made from the lake, and their sources, some of which have no rows.
 */
export function replayedRows(hours: readonly CoveredHour[], { covered }: ShardState): ShardState['replayed'] {
  const counts = hours.map((hour) => {
    const sources = countOffsets(hour.amendedSources?.offsets ?? []);
    return [hourText(hour), countOffsets(intersect(hour.amended, covered)) + hour.made + sources] as const;
  });
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** Those sources whose events were made from the lake and may still arrive: others are repetitions to the shard. */
function madeSources(hours: readonly CoveredHour[], { highWater }: ShardState): MadeSources | null {
  const all = hours.flatMap(({ amendedSources }) => amendedSources ?? []);
  const incarnation = Math.max(...all.map((made) => made.incarnation));
  const isNewer = highWater === null || incarnation > highWater.incarnation;
  const passed: OffsetRanges = isNewer || highWater.offset === 0 ? [] : [[0, highWater.offset - 1]];
  const offsets = all
    .filter((made) => made.incarnation === incarnation)
    .reduce<OffsetRanges>((sum, made) => union(sum, subtract(made.offsets, passed)), []);
  return offsets.length === 0 ? null : { incarnation, offsets };
}

/** Declares new metrics in an idle shard, too: the next batch may be far off. @throws UnknownMetricError */
async function declareMetrics(deps: Pick<FillDeps, 'metrics'>, filling: ShardToFill): Promise<void> {
  for (;;) {
    const { text, state } = await readState(deps, filling);
    const { metrics, dropped } = counting(state, filling.definitions, filling.contract.version);
    const known = new Set(state.metrics.map(({ id }) => id));
    if (text === null || (dropped.length === 0 && metrics.every(({ id }) => known.has(id)))) return;
    const step = { expected: text, next: shardStateText({ ...state, metrics }), changes: dropped };
    if ((await deps.metrics.step(filling.shard, step)) === 'done') return;
  }
}

/**
 * Drops a shard's undeclared metrics, whichever code has counted them. Only for callers that know that no other code
 * counts this shard: a laptop's pipeline, or an operator.
 */
export async function dropUndeclared(deps: Pick<FillDeps, 'metrics'>, filling: ShardToFill): Promise<void> {
  for (;;) {
    const { text, state } = await readState(deps, filling);
    const { metrics, dropped } = withMetrics(state, filling.definitions);
    if (text === null || dropped.length === 0) return;
    const step = { expected: text, next: shardStateText({ ...state, metrics }), changes: dropped };
    if ((await deps.metrics.step(filling.shard, step)) === 'done') return;
  }
}

async function readState({ metrics }: Pick<FillDeps, 'metrics'>, { shard, topic, contract }: ShardToFill) {
  const text = await metrics.read(shard);
  return { text, state: text === null ? emptyShard(topic, contract.version) : parseShardState(text) };
}

function gapsOf(state: ShardState, { definitions, committed }: ShardToFill): OffsetRanges {
  const all: OffsetRanges = committed === 0 ? [] : [[0, committed - 1]];
  return withMetrics(state, definitions).metrics.reduce<OffsetRanges>(
    (gaps, { missing }) => union(gaps, missing),
    subtract(all, state.covered),
  );
}

/** Whether the step was applied: not if another process has filled some of it meanwhile. */
async function fill(deps: FillDeps, filling: ShardToFill, plan: FillPlan, coverage: LakeCoverage): Promise<boolean> {
  const { shard, contract, definitions } = filling;
  const range = (ranges: OffsetRanges): LakeRange => rangeOf(lakeTable(contract), shard, coverage, ranges);
  const greatest = await deps.rows.greatestEventTime(range(plan.gap));
  const first = (await readState(deps, filling)).state;
  const floor = floorSeconds(
    first.windowFloorSeconds,
    laterOf(first.greatestEventTime, greatest),
    deps.windowRetentionSeconds,
  );
  const folded = await Promise.all(
    definitions.map(async (definition) => {
      const ranges = union(plan.gap, plan.missing.get(definition.id) ?? []);
      const entries = ranges.length === 0 ? [] : await deps.rows.fold(range(ranges), definition, floor);
      return { definition, entries };
    }),
  );
  for (;;) {
    const { text, state } = await readState(deps, filling);
    if (!isStillMissing(state, plan, definitions)) return false;
    const next = filledState(state, { plan, filling, coverage, greatest, retention: deps.windowRetentionSeconds });
    // After a store has lost its last writes, it again keeps windows that the fold left out.
    if (next.windowFloorSeconds < floor) return false;
    const changes: readonly MetricChange[] = [
      ...folded.map(({ definition, entries }) => merged(definition, entries, next.windowFloorSeconds)),
      ...counting(state, definitions, contract.version).dropped,
    ];
    const outcome = await deps.metrics.step(shard, { expected: text, next: shardStateText(next), changes });
    if (outcome === 'done') return true;
  }
}

interface Filling {
  readonly plan: FillPlan;
  readonly filling: ShardToFill;
  readonly coverage: LakeCoverage;
  readonly greatest: string | null;
  readonly retention: number;
}

function filledState(state: ShardState, { plan, filling, coverage, greatest, retention }: Filling): ShardState {
  const { contract, definitions } = filling;
  const greatestEventTime = laterOf(state.greatestEventTime, greatest);
  const isGap = plan.gap.length > 0;
  return {
    ...state,
    contractVersion: Math.max(state.contractVersion, contract.version),
    covered: union(state.covered, plan.gap),
    newestTimestampMs: isGap ? Math.max(state.newestTimestampMs, coverage.newestTimestampMs) : state.newestTimestampMs,
    greatestEventTime,
    windowFloorSeconds: floorSeconds(state.windowFloorSeconds, greatestEventTime, retention),
    highWater: isGap && contract.refinedFrom !== null ? coverage.highWater : state.highWater,
    metrics: counting(state, definitions, contract.version).metrics.map((metric) => ({
      ...metric,
      missing: subtract(metric.missing, plan.missing.get(metric.id) ?? []),
    })),
  };
}
