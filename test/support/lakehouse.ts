import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHandler as createRefine } from '../../lambdas/refine/handler.ts';
import { createHandler as createSink } from '../../lambdas/sink/handler.ts';
import { lakeTables } from '../../lib/adapters/duckdb/lake-views.ts';
import { duckdbRowEncoder } from '../../lib/adapters/duckdb/row-encoder.ts';
import { type DuckdbWarehouseOptions, duckdbWarehouse } from '../../lib/adapters/duckdb/warehouse.ts';
import { directoryObjectStore } from '../../lib/adapters/embedded/directory-object-store.ts';
import { fileCatalog } from '../../lib/adapters/embedded/file-catalog.ts';
import { modelFiles } from '../../lib/adapters/model-files.ts';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import { mskEvent } from '../../lib/local/event-source/msk-event.ts';
import { dataFolder, WAREHOUSE_FILE } from '../../lib/local/folder/data-folder.ts';
import type { LogRecord, RecordToAppend, Warehouse, WarehouseRow } from '../../lib/pipeline/ports.ts';
import { modelGraph } from '../../lib/pipeline/transform/model-graph.ts';
import { type TransformRequest, transform } from '../../lib/pipeline/transform/transform.ts';
import { hoursOfLake } from '../../lib/pipeline/transform/versions.ts';
import type { LocatedProject } from '../../lib/project.ts';
import { fixture } from './fixture-project.ts';

export const lakeTableNames = lakeTables(fixture.contracts).map(({ name }) => `${name.database}.${name.table}`);

/** One for the process, because it keeps a file open for as long as it lives. */
const encoderDir = join(tmpdir(), `weir-test-encoder-${process.pid}-${randomUUID()}`);
process.on('exit', () => rmSync(encoderDir, { recursive: true, force: true }));
const encoder = duckdbRowEncoder({
  dir: encoderDir,
  memoryMegabytes: 256,
  codec: 'snappy',
});

/** A whole batch redelivered, with the same cut or another. */
interface Cut {
  readonly stream: string;
  readonly kafkaPartition: number;
  readonly from: number;
  readonly to: number;
}

/** The parts of a project that a lakehouse runs; without a folder of models it has none. */
type LakehouseProject = Pick<LocatedProject, 'contracts' | 'refinements'> & { readonly modelsDir: string | null };

/**
 * In-memory topics with the real handlers behind them: events put on a topic can be read from the warehouse's tables.
 * Another lakehouse may reuse the folder, as after a kill.
 */
export async function lakehouse(
  dir: string,
  more: Partial<DuckdbWarehouseOptions> = {},
  { contracts, refinements, modelsDir }: LakehouseProject = fixture,
) {
  const topics = new Map(contracts.map(({ name, kafkaPartitions }) => [name, emptyTopic(kafkaPartitions)]));
  const committed = new Map<string, number>();
  let nowMs = 0;
  const append = async (topic: string, kafkaPartition: number, records: readonly RecordToAppend[]) => {
    const log = topics.get(topic)?.[kafkaPartition];
    if (log === undefined) throw new Error(`${topic}/${kafkaPartition}: no such kafka partition`);
    const firstOffset = log.length;
    log.push(...records.map((record, index) => logRecord(record, kafkaPartition, firstOffset + index, nowMs)));
    return { firstOffset };
  };

  const store = directoryObjectStore(join(dir, 'lake'));
  const catalog = fileCatalog(join(dir, 'catalog'));
  const streamOf = (topic: string) => ({
    topic,
    contract: contracts.find(({ name }) => name === topic) ?? null,
    incarnation: 0,
  });
  const sink = createSink({ store, catalog, encoder, clock: systemClock, newWriteId: randomUUID, streamOf });
  const refine = createRefine({ log: { append }, refinements, topicOf: (stream) => stream, streamOf });
  const warehouse: Warehouse = duckdbWarehouse({
    file: join(dataFolder(dir).warehouse, WAREHOUSE_FILE),
    lakeTables: lakeTables(contracts),
    catalog,
    store,
    lakeDir: join(dir, 'lake'),
    clock: systemClock,
    memoryMegabytes: 1024,
    ...more,
  });
  const models = modelsDir === null ? [] : await modelFiles(modelsDir, contracts);
  const graph = modelGraph(
    models,
    lakeTables(contracts).map(({ name }) => `${name.database}.${name.table}`),
  );
  const deps = { warehouse, catalog, store, graph, clock: systemClock, windowSeconds: 60 };

  const deliver = async (step: 'refine' | 'sink', { stream, kafkaPartition, from, to }: Cut) => {
    const records = topics.get(stream)?.[kafkaPartition]?.slice(from, to) ?? [];
    if (records.length === 0) return;
    const origin = { topic: stream, eventSourceArn: 'arn:test', bootstrapServers: '' };
    await (step === 'refine' ? refine : sink)(mskEvent(origin, [{ kafkaPartition, records }]));
  };
  const sources = new Set(refinements.map(({ from }) => from.name));
  const deliverRest = async (step: 'refine' | 'sink', stream: string) => {
    for (const [kafkaPartition, log] of (topics.get(stream) ?? []).entries()) {
      const place = `${step} ${stream} ${kafkaPartition}`;
      await deliver(step, { stream, kafkaPartition, from: committed.get(place) ?? 0, to: log.length });
      committed.set(place, log.length);
    }
  };

  return {
    dir,
    deps,
    topics,
    warehouse,
    deliver,
    /**
     * Puts events on their topic; strings are sent unchanged. Records have no key; the default is kafka partition 0.
     */
    async produce(stream: string, atMs: number, events: readonly unknown[], kafkaPartition = 0): Promise<void> {
      nowMs = atMs;
      const records = events.map((event) => ({
        key: null,
        value: event === null ? null : Buffer.from(typeof event === 'string' ? event : JSON.stringify(event)),
        headers: [],
      }));
      await append(stream, kafkaPartition, records);
    },
    /** Resolves once everything on the topics is in the lake. */
    async settle(): Promise<void> {
      for (const stream of sources) await deliverRest('refine', stream);
      for (const stream of topics.keys()) await deliverRest('sink', stream);
    },
    /** Runs the models over every hour of the lake, or over the requested hours. */
    async refresh(request: Partial<TransformRequest> = {}) {
      const hours = request.hours ?? (await hoursOfLake(deps, deps.graph.otherTables));
      return transform(deps, { ...request, hours });
    },
    rows: (sql: string): Promise<readonly WarehouseRow[]> =>
      warehouse.query({ name: `test: ${sql}`, sql, parameters: {} }),
    close: () => warehouse.close(),
  };
}

const emptyTopic = (kafkaPartitions: number): LogRecord[][] => Array.from({ length: kafkaPartitions }, () => []);

function logRecord(record: RecordToAppend, kafkaPartition: number, offset: number, timestampMs: number): LogRecord {
  return { ...record, kafkaPartition, offset, timestampMs, timestampType: 'LogAppendTime' };
}
