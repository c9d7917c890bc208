import { join } from 'node:path';
import { parseShardState } from '../../../lib/pipeline/meter/shard-state.ts';
import { type MetricStore, type ShardStep, shardName } from '../../../lib/pipeline/metric-store.ts';
import { lastOffset } from '../../../lib/pipeline/offset-ranges.ts';
import { memoryMetricStore, type StoredShards } from '../memory-metric-store.ts';
import type { MeterCode, StoreOfProcess } from './meter-schedule.ts';
import { plantedCopy, type Variant } from './planted-copy.ts';

/** Mistakes in live metrics. */
export const meterVariants: readonly Variant[] = [
  {
    name: 'what is above the greatest covered offset is fresh, and nothing else',
    file: 'lib/pipeline/meter/count-batch.ts',
    found: 'const fresh = notCovered(shard.covered, batch.records);',
    planted: 'const fresh = batch.records.filter(({ offset }) => offset > lastOffset(shard.covered));',
  },
  {
    name: 'windows expire by the wall clock',
    file: 'lib/pipeline/meter/count-batch.ts',
    found: 'Math.floor(epochMs(greatestEventTime) / 1000) - retentionSeconds',
    planted: 'Math.floor(epochMs(greatestEventTime) * 0 + Date.now() / 1000) - retentionSeconds',
  },
  {
    name: 'windows are never left behind',
    file: 'lib/pipeline/meter/fold.ts',
    found: 'return windowName(isKept(',
    planted: "return startSeconds > 0 ? '' : windowName(isKept(",
  },
  {
    name: 'a refined repetition is counted',
    file: 'lib/pipeline/meter/count-batch.ts',
    found: 'acceptedColumns(toolsOf(contract), kept,',
    planted: 'acceptedColumns(toolsOf(contract), kept.length < 0 ? kept : fresh,',
  },
  {
    name: 'the high-water is forgotten from step to step',
    file: 'lib/pipeline/meter/count-batch.ts',
    found: 'aboveHighWater(fresh, shard.highWater)',
    planted: 'aboveHighWater(fresh, null)',
  },
  {
    name: 'a refined shard goes on behind a gap',
    file: 'lib/pipeline/meter/count-batch.ts',
    found: 'if (contract.refinedFrom !== null) assertNoGap',
    planted: 'if (contract.version < 0) assertNoGap',
  },
  {
    name: 'a filled gap leaves the high-water as it was',
    file: 'lib/pipeline/meter/fill-gaps.ts',
    found: 'isGap && contract.refinedFrom !== null ? coverage.highWater : state.highWater',
    planted: 'isGap && contract.version < 0 ? coverage.highWater : state.highWater',
  },
  {
    name: 'a gap is filled without the check that it is missing still',
    file: 'lib/pipeline/meter/fill-gaps.ts',
    found: 'if (!isStillMissing(state, plan, definitions)) return false;',
    planted: 'if (definitions.length < 0 && !isStillMissing(state, plan, definitions)) return false;',
  },
  {
    name: 'windows are left out of a gap by a floor that is no longer true',
    file: 'lib/pipeline/meter/fill-gaps.ts',
    found: 'if (next.windowFloorSeconds < floor) return false;',
    planted: 'if (next.windowFloorSeconds < 0) return false;',
  },
  {
    name: 'a gap is filled before the lake has it',
    file: 'lib/pipeline/meter/fill-plan.ts',
    found: 'intersect(subtract([[0, committed - 1]], covered), lake)',
    planted: 'intersect(subtract([[0, committed - 1]], covered), union([[0, committed - 1]], lake))',
  },
  {
    name: 'gaps reach to what the shard covers only',
    file: 'lib/pipeline/meter/fill-plan.ts',
    found: 'if (committed === 0) return [];',
    planted: 'if (committed === 0 || covered.length < 2) return [];',
  },
  {
    name: 'the definitions that a shard counts are not checked',
    file: 'lib/pipeline/meter/shard-metrics.ts',
    found: 'if (unknown.length > 0 && contractVersion === shard.contractVersion) {',
    planted:
      'if (unknown.length > 0) return { metrics: [...withMetrics(shard, definitions).metrics, ...unknown], dropped: [] };\n' +
      '  if (contractVersion < 0) {',
  },
  {
    name: 'a metric that is declared later has missed nothing',
    file: 'lib/pipeline/meter/shard-metrics.ts',
    found: '{ id, missing: shard.covered, expired: 0 }',
    planted: '{ id, missing: [], expired: shard.covered.length * 0 }',
  },
  {
    name: 'what was counted of a metric is left when it is forgotten',
    file: 'lib/pipeline/meter/fill-gaps.ts',
    found: 'const changes = [...metrics.map(({ id }) => cleared(id)), ...dropped];',
    planted: 'const changes = [...metrics.slice(1).map(({ id }) => cleared(id)), ...dropped];',
  },
];

/** Loads the code with the variant planted. */
export async function plantMeter(variant: Variant): Promise<MeterCode> {
  const copy = await plantedCopy(variant, 'meter-variants');
  const { createHandler } = await import(join(copy, 'lambdas/meter/handler.ts'));
  const { fillGaps, forgetMetrics } = await import(join(copy, 'lib/pipeline/meter/fill-gaps.ts'));
  return { createHandler, fillGaps, forgetMetrics };
}

type Step = (stored: StoredShards, ...step: Parameters<MetricStore['step']>) => Promise<'done' | 'changed'>;

const storeWith =
  (
    stepOf: (call: Parameters<StoreOfProcess>[1]['call'], process: Parameters<StoreOfProcess>[2]) => Step,
  ): StoreOfProcess =>
  (stored, { call }, process) => ({
    read: (shard) => call(process, () => memoryMetricStore(stored).read(shard)).then((text) => text),
    step: (...step) => stepOf(call, process)(stored, ...step),
  });

/** Performs the step regardless of the shard's current state. */
function unchecked(stored: StoredShards, shard: Parameters<MetricStore['step']>[0], step: ShardStep) {
  return memoryMetricStore(stored).step(shard, { ...step, expected: stored.get(shardName(shard))?.state ?? null });
}

/** Stores that break the port's promises. */
export const brokenStores: readonly { readonly name: string; readonly storeOf: StoreOfProcess }[] = [
  {
    name: 'a step does not compare the state',
    storeOf: storeWith((call, process) => (stored, shard, step) => {
      return call(process, () => unchecked(stored, shard, step)).then((outcome) => outcome);
    }),
  },
  {
    name: 'a step holds where the position is at least the expected one',
    storeOf: storeWith((call, process) => (stored, shard, step) => {
      const positionOf = (text: string | null) => (text === null ? -1 : lastOffset(parseShardState(text).covered));
      return call(process, () => {
        const now = stored.get(shardName(shard))?.state ?? null;
        return positionOf(now) <= positionOf(step.expected)
          ? unchecked(stored, shard, step)
          : Promise.resolve('changed' as const);
      }).then((outcome) => outcome);
    }),
  },
  {
    name: 'the position is written before the figures, in a step of its own',
    storeOf: storeWith((call, process) => async (stored, shard, { expected, next, changes }) => {
      const store = memoryMetricStore(stored);
      const outcome = await call(process, () => store.step(shard, { expected, next, changes: [] }));
      if (outcome === 'changed') return outcome;
      return call(process, () => unchecked(stored, shard, { expected, next, changes })).then((done) => done);
    }),
  },
];
