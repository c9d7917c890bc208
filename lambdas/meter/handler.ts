import type { SinkStream } from '../../lib/pipeline/batch.ts';
import { type MeterCounts, type MeterDeps, meter } from '../../lib/pipeline/meter/meter.ts';
import { batchesOf, type KafkaEvent } from '../../lib/pipeline/msk-event.ts';

interface MeterHandlerDeps extends MeterDeps {
  readonly streamOf: (topic: string) => SinkStream;
}

/**
 * Counts the records of an MSK event. It fails as a whole, after every kafka partition has finished; the event source
 * mapping then delivers the whole batch again, which is safe at any time.
 */
export function createHandler(deps: MeterHandlerDeps): (event: KafkaEvent) => Promise<MeterCounts> {
  const count = meter(deps);
  return async (event) => {
    const results = await Promise.allSettled(batchesOf(event, deps.streamOf).map(count));
    let counts: MeterCounts = { records: 0, events: 0, steps: 0 };
    for (const result of results) {
      if (result.status === 'rejected') throw result.reason;
      counts = {
        records: counts.records + result.value.records,
        events: counts.events + result.value.events,
        steps: counts.steps + result.value.steps,
      };
    }
    return counts;
  };
}
