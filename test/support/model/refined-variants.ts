import { join } from 'node:path';
import { plantedCopy, type Variant } from './planted-copy.ts';
import type { RefinedHandlers } from './refined-schedule.ts';

/** Mistakes in refined streams. */
export const refinedVariants: readonly Variant[] = [
  {
    name: 'repetitions are kept',
    file: 'lib/pipeline/source-position.ts',
    found: 'if (highWater !== null && !isAbove(source, highWater)) {',
    planted: 'if (highWater !== null && incarnation < 0) {',
  },
  {
    name: 'the ordinal is not compared',
    file: 'lib/pipeline/source-position.ts',
    found: 'return position.ordinal > mark.ordinal;',
    planted: 'return false;',
  },
  {
    name: 'the high-water is forgotten from slot to slot',
    file: 'lib/pipeline/chain.ts',
    found: 'highWater: tail.highWater,',
    planted: 'highWater: null,',
  },
  {
    name: 'the high-water is lost with the process',
    file: 'lib/pipeline/chain-tails.ts',
    found: 'coverage = coverageOf(last);',
    planted: 'coverage = { ...coverageOf(last), highWater: null };',
  },
  {
    name: 'the high-water does not cross a compaction',
    file: 'lib/pipeline/chain-tails.ts',
    found: 'coverageOf(await compactedChain(store, chain, complete))',
    planted: '{ ...coverageOf(await compactedChain(store, chain, complete)), highWater: null }',
  },
  {
    name: 'a refined record belongs to the hour of its own append',
    file: 'lib/pipeline/batch.ts',
    found: 'return source === undefined ? timestamp : source.timestampMs;',
    planted: 'return timestamp;',
  },
  {
    name: 'the refiner goes on after a failed append',
    file: 'lib/pipeline/refine/refiner.ts',
    found: 'batch.kafkaPartition, records);',
    planted: 'batch.kafkaPartition, records).catch(() => undefined);',
  },
  {
    name: 'the refiner remembers events as appended before they are',
    file: 'lib/pipeline/refine/refiner.ts',
    found: 'const { records } = queue.takeBatch(BATCH_LIMITS);',
    planted:
      'const { records } = queue.takeBatch(BATCH_LIMITS);\n' +
      'appended.add(refinement, batch, waiting[events + records.length - 1] as RefinedEvent);',
  },
];

/** Loads both handlers with the variant planted. */
export async function plantRefined(variant: Variant): Promise<RefinedHandlers> {
  const copy = await plantedCopy(variant);
  return {
    createRefineHandler: (await import(join(copy, 'lambdas/refine/handler.ts'))).createHandler,
    createSinkHandler: (await import(join(copy, 'lambdas/sink/handler.ts'))).createHandler,
    compactHour: (await import(join(copy, 'lib/pipeline/compact/compact-hour.ts'))).compactHour,
  };
}
