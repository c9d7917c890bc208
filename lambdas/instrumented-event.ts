import type { MSKEvent } from 'aws-lambda';
import type { SinkStream } from '../lib/pipeline/batch.ts';
import type { Clock } from '../lib/pipeline/ports.ts';

type Line = Readonly<Record<string, unknown>>;

/** A summary of an MSK event. */
export interface AboutEvent {
  readonly stream: string;
  readonly topic: string;
  readonly kafkaPartitions: readonly { readonly kafkaPartition: number; readonly from: number; readonly to: number }[];
  /** The latest Kafka timestamp among the last records of its kafka partitions; −1 if none has one. */
  readonly newestMs: number;
}

export interface InstrumentedEventDeps<Counts> {
  readonly handle: (event: MSKEvent) => Promise<Counts>;
  readonly streamOf: (topic: string) => SinkStream;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: (line: Line) => void;
  /** The log lines for a handled event. The position is added to every line, and the duration to the first. */
  readonly lines: (counts: Counts, about: AboutEvent, nowMs: number) => readonly Line[];
}

/** Logs each invocation in one line, with the error of a failed one. @throws what `handle` throws. */
export function instrumentedEvent<Counts>(deps: InstrumentedEventDeps<Counts>): (event: MSKEvent) => Promise<Counts> {
  const { handle, streamOf, clock, log, lines } = deps;
  return async (event) => {
    const startedMs = clock.now();
    const about = aboutEvent(event, streamOf);
    const place = { topic: about.topic, kafkaPartitions: about.kafkaPartitions };
    try {
      const counts = await handle(event);
      const nowMs = clock.now();
      const [own, ...others] = lines(counts, about, nowMs);
      log({ level: 'INFO', ...place, durationMs: nowMs - startedMs, ...own });
      for (const line of others) log({ ...place, ...line });
      return counts;
    } catch (error) {
      const found = error instanceof Error ? error.message : String(error);
      log({ level: 'ERROR', message: 'failed; the batch will come again', ...place, found });
      throw error;
    }
  };
}

/** An event source mapping reads one topic, so all records of an event belong to the same topic. */
function aboutEvent({ records }: MSKEvent, streamOf: (topic: string) => SinkStream): AboutEvent {
  const groups = Object.values(records).filter((group) => group.length > 0);
  const topic = groups[0]?.[0]?.topic ?? '';
  return {
    topic,
    stream: streamOf(topic).contract?.name ?? topic,
    kafkaPartitions: groups.map((group) => ({
      kafkaPartition: group[0]?.partition ?? 0,
      from: group[0]?.offset ?? 0,
      to: group.at(-1)?.offset ?? 0,
    })),
    newestMs: Math.max(-1, ...groups.map((group) => group.at(-1)?.timestamp ?? -1)),
  };
}
