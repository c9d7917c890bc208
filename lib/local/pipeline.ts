import { setMaxListeners } from 'node:events';
import { createHandler as createGenerate } from '../../lambdas/generate/handler.ts';
import { createHandler as createTransform } from '../../lambdas/transform/handler.ts';
import { directoryObjectStore } from '../adapters/embedded/directory-object-store.ts';
import { fileCatalog } from '../adapters/embedded/file-catalog.ts';
import type { StreamStatus } from '../api/stream-status.ts';
import type { Contract } from '../contracts/contract.ts';
import { DEAD_LETTERS, lakeTable } from '../derive/names.ts';
import { type ReaderName, readerNames, topicReaders } from '../derive/topic-readers.ts';
import { tablesToCompact } from '../pipeline/compact/table-to-compact.ts';
import type { Clock, EventLog, ObjectStore } from '../pipeline/ports.ts';
import type { LocatedProject } from '../project.ts';
import type { Settings } from '../settings.ts';
import { openCompactor } from './compaction.ts';
import type { EventSourceMapping } from './event-source/event-source-mapping.ts';
import { keepFilled } from './fill-metrics.ts';
import type { DataFolder } from './folder/data-folder.ts';
import { type JoinedStream, joinLog, warnOfOthers } from './folder/join-log.ts';
import { lakeCounts } from './folder/lake-counts.ts';
import { restoreCatalog } from './folder/restore-catalog.ts';
import type { ReadTopic } from './health/lake-checks.ts';
import { keepCompacted } from './keep-compacted.ts';
import { keepRefreshed } from './keep-refreshed.ts';
import { type LiveMetrics, openLiveMetrics } from './live-metrics.ts';
import { type ModelRuns, modelRuns } from './model-runs.ts';
import { readerHandlers } from './reader-handlers.ts';
import { runGenerators } from './run-generators.ts';
import { streamStatus } from './stream-status.ts';
import { topicMapping } from './topic-mapping.ts';
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
  /** Called with one-line warnings that do not stop the pipeline. */
  readonly warn: (line: string) => void;
}

/** The whole pipeline in this process. */
export interface Pipeline {
  /** Open until the pipeline stops. */
  readonly live: LiveMetrics;
  /** The lake's store; objects written through it are counted in `status`. */
  readonly store: ObjectStore;
  readonly models: ModelRuns;
  /** The topics that the sink reads, with its groups. */
  readonly topics: readonly ReadTopic[];
  /** In the order of the contracts. */
  status(): Promise<readonly StreamStatus[]>;
  /**
   * Resolves once everything now on the topics is in the lake and, unless that takes long, counted. Returns the topics
   * that cannot continue, and why.
   */
  drain(): Promise<readonly StoppedTopic[]>;
  /** Updates the SQL models' tables from the whole lake. @throws TransformFailedError naming the models that failed */
  refresh(): Promise<void>;
  /** Stops generating and processing events; work in flight may finish until `deadlineMs`. No events are lost. */
  stop(deadlineMs: number): Promise<void>;
}

export interface StoppedTopic {
  readonly topic: string;
  readonly reason: string;
}

/** By this time, another pipeline that started at the same moment is reading. */
const NOTICE_OTHERS_AFTER_MS = 20_000;

/** How long to wait for the row counts of a large lake. */
const COUNTING_MS = 3000;

/** Creates the topics, and reads all of them into the lake with the sink's handler, as Lambda would. */
export async function startPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { folder, settings, contracts, log, clock } = options;
  await createTopics(log, contracts, settings);
  const joined = await joinLog(options);
  for (const { source, refusal } of joined.values()) {
    if (refusal !== null) options.notify({ kind: 'stopped', what: `topic ${source.topic}`, message: refusal.message });
  }
  const store = directoryObjectStore(folder.lake);
  const counts = lakeCounts(store);
  const warehouse = await localWarehouse(options);
  const models = modelRuns(warehouse.graph, createTransform(warehouse), clock);
  const live = await openLiveMetrics(options);
  const handlers = readerHandlers(options, { store: counts.store, live });
  const mappings: ReaderMapping[] = [];
  const streams: (() => Promise<StreamStatus>)[] = [];
  try {
    for (const reader of readerNames) {
      for (const contract of topicReaders[reader].reads(contracts)) {
        const stream = joinedStream(joined, contract);
        const group = stream.groups[reader];
        const mapping = await topicMapping({ stream, group, handler: handlers[reader], reader }, options);
        mappings.push({ reader, mapping });
        if (reader === 'sink') streams.push(await streamStatus({ contract, settings, log, counts, group, mapping }));
      }
    }
  } catch (error) {
    // The caller closes the log; readers still running would report that as an error, before this one.
    await Promise.all(mappings.map(({ mapping }) => mapping.stop(0)));
    await live.store.close();
    throw error;
  }

  const stopping = new AbortController();
  // Every generator adds a listener; Node warns of a leak above ten.
  setMaxListeners(0, stopping.signal);
  const generating = options.generate ? generateEvents(options, stopping.signal) : Promise.resolve();
  const tables = [...contracts.map(lakeTable), DEAD_LETTERS].map(({ table }) => table);
  const refreshing = keepRefreshed(models.run, {
    everyMs: settings.transformEverySeconds * 1000,
    clock,
    report: troubleReport(options.notify),
    signal: stopping.signal,
  });
  const compacting = keepCompacted({
    open: () => openCompactor(options),
    everyMs: settings.compactEverySeconds * 1000,
    tables: tablesToCompact(contracts),
    clock,
    report: troubleReport(options.notify),
    signal: stopping.signal,
  });
  const noticing = clock
    .sleep(NOTICE_OTHERS_AFTER_MS, stopping.signal)
    .then(() => (stopping.signal.aborted ? undefined : warnOfOthers(joined.values(), options)))
    .catch((error) => troubleNotice(options, 'asking who else reads the topics', error));
  const restoring = restoreCatalog({
    store,
    catalog: fileCatalog(folder.catalog),
    contracts,
    clock,
    signal: stopping.signal,
  })
    .then(({ hours, tables }) => {
      const what = `${hours} ${hours === 1 ? 'hour' : 'hours'} of ${tables} tables that the lake has`;
      if (hours > 0) options.warn(`the catalogue lacked ${what}, as when it was deleted; they are registered again`);
    })
    .catch((error) => troubleNotice(options, 'comparing the catalogue with the lake', error));
  const filling = keepFilled(
    { ...options, joined, report: troubleReport(options.notify), signal: stopping.signal },
    live,
  );
  const counting = counts
    .countExisting(tables, stopping.signal)
    .catch((error) => troubleNotice(options, 'counting the rows that are in the lake', error));

  return {
    live,
    store: counts.store,
    models,
    topics: [...joined.values()].map(({ source: { stream, topic }, groups, refusal }) => {
      return { stream, topic, group: groups.sink, refusal: refusal?.message ?? null };
    }),
    status: () => Promise.all(streams.map((status) => status())),
    async drain() {
      const stopped: StoppedTopic[] = [];
      // Some readers write to topics that others read.
      for (const writing of [true, false]) {
        const now = mappings.filter(({ reader }) => topicReaders[reader].writesTopics === writing);
        stopped.push(...(await drained(now)));
      }
      await restoring;
      await Promise.race([counting, clock.sleep(COUNTING_MS, stopping.signal)]);
      // Several readers of a topic stop for the same reason.
      return [...new Map(stopped.map((one) => [`${one.topic} ${one.reason}`, one])).values()];
    },
    async refresh() {
      await models.run({ lookBackHours: 'all' });
    },
    async stop(deadlineMs) {
      stopping.abort();
      const untilMs = clock.now() + deadlineMs;
      await generating;
      await Promise.all(mappings.map(({ mapping }) => mapping.stop(Math.max(0, untilMs - clock.now()))));
      await Promise.race([filling, clock.sleep(Math.max(0, untilMs - clock.now()))]);
      await live.store.close();
      await Promise.all([counting, restoring, noticing]);
      // Each model refresh is one transaction, and compactions resume, so both can be interrupted safely.
      await Promise.race([Promise.all([refreshing, compacting]), clock.sleep(Math.max(0, untilMs - clock.now()))]);
    },
  };
}

interface ReaderMapping {
  readonly reader: ReaderName;
  readonly mapping: EventSourceMapping;
}

function joinedStream(joined: ReadonlyMap<string, JoinedStream>, { name }: Contract): JoinedStream {
  const stream = joined.get(name);
  if (stream === undefined) throw new Error(`${name}: expected a stream of the pipeline, found another`);
  return stream;
}

async function drained(mappings: readonly ReaderMapping[]): Promise<readonly StoppedTopic[]> {
  const results = await Promise.allSettled(mappings.map(({ mapping }) => mapping.drain()));
  return results.flatMap((result, index) => {
    const topic = mappings[index]?.mapping.topic ?? '';
    return result.status === 'fulfilled' ? [] : [{ topic, reason: messageOf(result.reason) }];
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
  notify({ kind: 'trouble', what, message: messageOf(error) });
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
