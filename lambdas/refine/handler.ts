import type { SinkStream } from '../../lib/pipeline/batch.ts';
import { batchesOf, type KafkaEvent } from '../../lib/pipeline/msk-event.ts';
import { type RefineCounts, type RefinerDeps, refiner } from '../../lib/pipeline/refine/refiner.ts';

export interface RefineDeps extends RefinerDeps {
  readonly streamOf: (topic: string) => SinkStream;
  /** Called once per invocation, with its topics. */
  readonly summary?: (counts: RefineCounts & { readonly topics: readonly string[] }) => void;
}

/**
 * Appends the events that the records of an MSK event refine to. It fails as a whole, after every kafka partition has
 * completed; the redelivered batch appends the same events again, and readers of the refined topics drop repetitions.
 */
export function createHandler(deps: RefineDeps): (event: KafkaEvent) => Promise<RefineCounts> {
  const refine = refiner(deps);
  return async (event) => {
    const batches = batchesOf(event, deps.streamOf);
    const results = await Promise.allSettled(batches.map(refine));
    let counts: RefineCounts = { records: 0, events: 0, skipped: 0 };
    for (const result of results) {
      if (result.status === 'rejected') throw result.reason;
      counts = {
        records: counts.records + result.value.records,
        events: counts.events + result.value.events,
        skipped: counts.skipped + result.value.skipped,
      };
    }
    deps.summary?.({ topics: [...new Set(batches.map(({ stream }) => stream.topic))], ...counts });
    return counts;
  };
}
