import { randomUUID } from 'node:crypto';
import type { MSKEvent } from 'aws-lambda';
import { createHandler as createGenerate } from '../../lambdas/generate/handler.ts';
import { createHandler as createRefine } from '../../lambdas/refine/handler.ts';
import { createHandler as createSink } from '../../lambdas/sink/handler.ts';
import { createHandler as createTransform } from '../../lambdas/transform/handler.ts';
import { duckdbRowEncoder } from '../adapters/duckdb/row-encoder.ts';
import { directoryObjectStore } from '../adapters/embedded/directory-object-store.ts';
import { fileCatalog } from '../adapters/embedded/file-catalog.ts';
import type { Contract } from '../contracts/contract.ts';
import { DEAD_LETTERS, lakeTable } from '../derive/names.ts';
import { topicOf } from '../derive/topic.ts';
import type { Clock, EventLog, ObjectStore } from '../pipeline/ports.ts';
import type { LocatedProject } from '../project.ts';
import type { Settings } from '../settings.ts';
import type { DataFolder } from './data-folder.ts';
import type { MappingLimits } from './deliveries.ts';
import { type EventSourceMapping, eventSourceMapping } from './event-source-mapping.ts';
import { keepRefreshed } from './keep-refreshed.ts';
import { lakeCounts } from './lake-counts.ts';
import { runGenerators } from './run-generators.ts';
import { type StreamStatus, streamStatus } from './stream-status.ts';
import { createTopics } from './topics.ts';
import { type Notice, troubleReport } from './trouble-report.ts';
import { localWarehouse } from './warehouse.ts';

export interface PipelineOptions
  extends Pick<LocatedProject, 'contracts' | 'generators' | 'refinements' | 'modelsDir'> {
  readonly folder: DataFolder;
  readonly settings: Settings;
  /** Closed by the caller, after the pipeline has stopped. */
  readonly log: EventLog;
  readonly clock: Clock;
  readonly generate: boolean;
  readonly notify: (notice: Notice) => void;
}

/** The whole pipeline in this process. */
export interface Pipeline {
  /** In the order of the contracts. */
  status(): Promise<readonly StreamStatus[]>;
  /** Resolves when everything that is on the topics now is in the lake, and, unless that takes long, is counted. */
  drain(): Promise<void>;
  /** Brings the tables of the SQL models up to the whole lake. @throws TransformFailedError naming those that failed. */
  refresh(): Promise<void>;
  /** Stops making and taking events; what is in flight may end within `deadlineMs`. Nothing is lost either way. */
  stop(deadlineMs: number): Promise<void>;
}

/** A large lake is not worth waiting for, only to say how many rows it has. */
const COUNTING_MS = 3000;

/** Creates the topics, and has every one of them read into the lake by the sink's handler, as Lambda would. */
export async function startPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { folder, settings, contracts, log, clock } = options;
  await createTopics(log, contracts, settings);
  const counts = lakeCounts(directoryObjectStore(folder.lake));
  const handler = sinkHandler(options, counts.store);
  const transform = createTransform(await localWarehouse(options));
  const mappings: EventSourceMapping[] = [];
  const refining: EventSourceMapping[] = [];
  const streams: (() => Promise<StreamStatus>)[] = [];
  try {
    for (const contract of contracts) {
      const group = groupOf(contract);
      const mapping = await topicMapping({ contract, group, handler }, options);
      mappings.push(mapping);
      streams.push(await streamStatus({ contract, settings, log, counts, group, mapping }));
    }
    for (const contract of new Set(options.refinements.map(({ from }) => from))) {
      const group = `weir-refine-${contract.name}`;
      refining.push(await topicMapping({ contract, group, handler: refineHandler(options) }, options));
    }
  } catch (error) {
    // The caller closes the log: those that read already would report that as their trouble, ahead of this error.
    await Promise.all([...refining, ...mappings].map((one) => one.stop(0)));
    throw error;
  }

  const stopping = new AbortController();
  const generating = options.generate ? generateEvents(options, stopping.signal) : Promise.resolve();
  const tables = [...contracts.map(lakeTable), DEAD_LETTERS].map(({ table }) => table);
  const refreshing = keepRefreshed(transform, {
    everyMs: settings.transformEverySeconds * 1000,
    clock,
    report: troubleReport(options.notify),
    signal: stopping.signal,
  });
  const counting = counts
    .countExisting(tables, stopping.signal)
    .catch((error) => troubleNotice(options, 'counting the rows that are in the lake', error));

  return {
    status: () => Promise.all(streams.map((status) => status())),
    async drain() {
      // What is refined comes onto topics that the sinks read.
      await Promise.all(refining.map((one) => one.drain()));
      await Promise.all(mappings.map((one) => one.drain()));
      await Promise.race([counting, clock.sleep(COUNTING_MS, stopping.signal)]);
    },
    async refresh() {
      await transform({ lookBackHours: 'all' });
    },
    async stop(deadlineMs) {
      stopping.abort();
      const untilMs = clock.now() + deadlineMs;
      await generating;
      const all = [...refining, ...mappings];
      await Promise.all(all.map((one) => one.stop(Math.max(0, untilMs - clock.now()))));
      await counting;
      // A refresh is one transaction a model: it may be left at any time.
      await Promise.race([refreshing, clock.sleep(Math.max(0, untilMs - clock.now()))]);
    },
  };
}

function sinkHandler({ folder, settings, contracts, clock }: PipelineOptions, store: ObjectStore) {
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
    streamOf: streamOf({ settings, contracts }),
  });
}

function refineHandler({ log, settings, contracts, refinements }: PipelineOptions) {
  const topics = new Map(contracts.map((contract) => [contract.name, topicOf(contract, settings.topics)]));
  return createRefine({
    log,
    refinements,
    topicOf: (stream) => topics.get(stream) ?? stream,
    streamOf: streamOf({ settings, contracts }),
  });
}

function streamOf({ settings, contracts }: Pick<PipelineOptions, 'settings' | 'contracts'>) {
  const byTopic = new Map(contracts.map((contract) => [topicOf(contract, settings.topics), contract]));
  return (topic: string) => {
    const contract = byTopic.get(topic) ?? null;
    return { topic, contract, incarnation: settings.incarnations.get(contract?.name ?? topic) ?? 0 };
  };
}

/** The consumer group of a stream's sink. */
function groupOf({ name }: Contract): string {
  return `weir-sink-${name}`;
}

const BACK_OFF = { firstMs: 500, maxMs: 30_000 };

interface MappingParts {
  readonly contract: Contract;
  readonly group: string;
  readonly handler: (event: MSKEvent) => Promise<unknown>;
}

function topicMapping({ contract, group, handler }: MappingParts, options: PipelineOptions) {
  const { settings, log, clock, notify } = options;
  const limits: MappingLimits = {
    batchSize: settings.batchSize,
    batchWindowMs: settings.batchWindowSeconds * 1000,
    maxPayloadBytes: settings.maxPayloadBytes,
    maxConcurrent: 1,
    backOff: BACK_OFF,
  };
  const origin = {
    topic: topicOf(contract, settings.topics),
    eventSourceArn: 'arn:aws:kafka:local:000000000000:cluster/weir/00000000-0000-0000-0000-000000000000-0',
    bootstrapServers: settings.brokers === '' ? 'embedded' : settings.brokers,
  };
  return eventSourceMapping({
    log,
    origin,
    group,
    handler,
    limits,
    clock,
    random: Math.random,
    notify,
  });
}

function generateEvents({ log, contracts, generators, settings, clock, notify }: PipelineOptions, signal: AbortSignal) {
  const { topics, seed, rate } = settings;
  return runGenerators({
    generators,
    generate: createGenerate({ log, contracts, generators, topics, clock, seed }),
    clock,
    signal,
    rate,
    seed,
    random: Math.random,
    notify,
  });
}

function troubleNotice({ notify }: PipelineOptions, what: string, error: unknown): void {
  notify({ kind: 'trouble', what, message: error instanceof Error ? error.message : String(error) });
}
