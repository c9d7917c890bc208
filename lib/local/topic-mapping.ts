import type { ReaderName } from '../derive/topic-readers.ts';
import type { Clock, EventLog } from '../pipeline/ports.ts';
import type { Settings } from '../settings.ts';
import type { MappingLimits } from './event-source/deliveries.ts';
import { type EventSourceMapping, eventSourceMapping, refusedMapping } from './event-source/event-source-mapping.ts';
import { topicWatch } from './event-source/topic-watch.ts';
import type { JoinedStream } from './folder/join-log.ts';
import type { Handler } from './reader-handlers.ts';
import type { Notice } from './trouble-report.ts';

const BACK_OFF = { firstMs: 500, maxMs: 30_000 };

interface MappingOptions {
  readonly settings: Settings;
  readonly log: EventLog;
  readonly clock: Clock;
  readonly notify: (notice: Notice) => void;
}

interface MappingParts {
  readonly stream: JoinedStream;
  readonly group: string;
  readonly handler: Handler;
  readonly reader: ReaderName;
}

/** Reads a stream's topic for one reader, as Lambda's event source mapping would. */
export async function topicMapping(
  { stream, group, handler, reader }: MappingParts,
  options: MappingOptions,
): Promise<EventSourceMapping> {
  const { settings, log, clock, notify } = options;
  const { topic } = stream.source;
  if (stream.refusal !== null) return refusedMapping(topic, stream.refusal);
  const limits: MappingLimits = {
    batchSize: settings.batchSize,
    batchWindowMs: (reader === 'sink' ? settings.batchWindowSeconds : settings.liveWindowSeconds) * 1000,
    maxPayloadBytes: settings.maxPayloadBytes,
    maxConcurrent: 1,
    backOff: BACK_OFF,
  };
  const origin = {
    topic,
    eventSourceArn: 'arn:aws:kafka:local:000000000000:cluster/weir/00000000-0000-0000-0000-000000000000-0',
    bootstrapServers: settings.brokers === '' ? 'embedded' : settings.brokers,
  };
  return eventSourceMapping({
    log,
    origin,
    group,
    watch: topicWatch(log, stream.source),
    handler,
    limits,
    clock,
    random: Math.random,
    notify,
  });
}
