import { randomUUID } from 'node:crypto';
import { createHandler as createMeter } from '../../lambdas/meter/handler.ts';
import { createHandler as createRefine } from '../../lambdas/refine/handler.ts';
import { createHandler as createSink } from '../../lambdas/sink/handler.ts';
import { duckdbRowEncoder } from '../adapters/duckdb/row-encoder.ts';
import { fileCatalog } from '../adapters/embedded/file-catalog.ts';
import { topicOf } from '../derive/topic.ts';
import type { ReaderName } from '../derive/topic-readers.ts';
import { definitionsOf } from '../pipeline/meter/asked-metrics.ts';
import type { KafkaEvent } from '../pipeline/msk-event.ts';
import type { ObjectStore } from '../pipeline/ports.ts';
import { streamsByTopic } from '../pipeline/streams-by-topic.ts';
import type { LiveMetrics } from './live-metrics.ts';

import type { PipelineOptions } from './pipeline.ts';
import { refinedTopicsLog } from './topics.ts';

export type Handler = (event: KafkaEvent) => Promise<unknown>;

interface HandlerParts {
  /** The lake's store, which counts objects written to it. */
  readonly store: ObjectStore;
  readonly live: LiveMetrics;
}

/** The functions' own handlers, with local adapters. */
export function readerHandlers(
  options: PipelineOptions,
  { store, live }: HandlerParts,
): { readonly [Reader in ReaderName]: Handler } {
  return { sink: sinkHandler(options, store), refine: refineHandler(options), meter: meterHandler(options, live) };
}

function sinkHandler({ folder, settings, contracts, clock, notify, warn }: PipelineOptions, store: ObjectStore) {
  return createSink({
    store,
    catalog: fileCatalog(folder.catalog),
    encoder: duckdbRowEncoder({
      dir: folder.work,
      memoryMegabytes: settings.duckdbMemoryMegabytes,
      codec: settings.parquetCodec,
    }),
    clock,
    newWriteId: randomUUID,
    note: warn,
    onLostObject: ({ message }) => notify({ kind: 'trouble', what: 'the lake', message }),
    streamOf: streamsByTopic(contracts, settings),
  });
}

function refineHandler({ log, settings, contracts, refinements }: PipelineOptions) {
  return createRefine({
    log: refinedTopicsLog(log, contracts, settings),
    refinements,
    topicOf: (stream) => topicOf({ name: stream }, settings.topics),
    streamOf: streamsByTopic(contracts, settings),
  });
}

function meterHandler({ contracts, settings }: PipelineOptions, live: LiveMetrics) {
  return createMeter({
    store: live.store,
    definitionsOf: (stream) => definitionsOf(live.metrics, stream),
    windowRetentionSeconds: settings.metricRetentionHours * 3600,
    streamOf: streamsByTopic(contracts, settings),
  });
}
