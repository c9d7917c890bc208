import type { SinkStream } from '../../lib/pipeline/batch.ts';
import { batchesOf, type KafkaEvent } from '../../lib/pipeline/msk-event.ts';
import { add, type SinkCounts, type SinkPorts, sink } from '../../lib/pipeline/sink.ts';

export interface SinkDeps extends SinkPorts {
  /** What the sink knows about a topic. */
  readonly streamOf: (topic: string) => SinkStream;
  /** Called once per invocation, with its topics. */
  readonly summary?: (counts: SinkCounts & { readonly topics: readonly string[] }) => void;
}

/**
 * Writes the records of an MSK event to the lake. It fails as a whole, after every kafka partition has finished; the
 * event source mapping then delivers the whole batch again, which is safe at any time.
 */
export function createHandler(deps: SinkDeps): (event: KafkaEvent) => Promise<SinkCounts> {
  const take = sink(deps);
  return async (event) => {
    const batches = batchesOf(event, deps.streamOf);
    const results = await Promise.allSettled(batches.map(take));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    const counts = results
      .filter((result) => result.status === 'fulfilled')
      .map((result) => result.value)
      .reduce(add, { records: 0, rows: 0, deadLetters: 0, objects: 0 });
    deps.summary?.({ topics: [...new Set(batches.map(({ stream }) => stream.topic))], ...counts });
    return counts;
  };
}
