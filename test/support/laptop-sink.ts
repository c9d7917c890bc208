import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { MSKEvent, MSKRecord } from 'aws-lambda';
import { createHandler } from '../../lambdas/sink/handler.ts';
import { openDuckdb } from '../../lib/adapters/duckdb/open-duckdb.ts';
import { duckdbRowEncoder } from '../../lib/adapters/duckdb/row-encoder.ts';
import { directoryObjectStore } from '../../lib/adapters/embedded/directory-object-store.ts';
import { fileCatalog } from '../../lib/adapters/embedded/file-catalog.ts';
import type { Contract } from '../../lib/contracts/contract.ts';
import type { TableName } from '../../lib/derive/names.ts';
import type { SinkPorts } from '../../lib/pipeline/sink.ts';
import { contracts } from './fixture-project.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { testClock } from './test-clock.ts';

/** 2026-01-31 13:00 UTC. */
export const ONE_O_CLOCK = Date.UTC(2026, 0, 31, 13);

export interface GivenRecord {
  readonly value: string | Uint8Array | null;
  readonly key?: string;
  readonly offset?: number;
  readonly timestampMs?: number;
  readonly headers?: MSKRecord['headers'];
}

/** An MSK event with one kafka partition's records; offsets continue from the first given one. */
export function mskEvent(topic: string, records: readonly GivenRecord[], kafkaPartition = 0): MSKEvent {
  const first = records[0]?.offset ?? 0;
  const delivered = records.map(({ value, key, offset, timestampMs, headers }, index) => ({
    topic,
    partition: kafkaPartition,
    offset: offset ?? first + index,
    timestamp: timestampMs ?? ONE_O_CLOCK,
    timestampType: 'LOG_APPEND_TIME' as const,
    key: key === undefined ? '' : Buffer.from(key).toString('base64'),
    ...(value === null ? {} : { value: Buffer.from(value).toString('base64') }),
    headers: headers ?? [],
  }));
  const records_ = { [`${topic}-${kafkaPartition}`]: delivered } as MSKEvent['records'];
  return { eventSource: 'aws:kafka', eventSourceArn: 'arn:aws:kafka:test', bootstrapServers: '', records: records_ };
}

/** The sink's handler on a folder, with the real encoder, and bare DuckDB to read as a plain reader would. */
export async function laptopSink(given: { readonly contracts?: readonly Contract[] } = {}) {
  const folder = await temporaryFolder();
  const known = given.contracts ?? contracts;
  const catalog = fileCatalog(join(folder.path, 'catalog'));
  const store = directoryObjectStore(join(folder.path, 'lake'));
  const ports: SinkPorts = {
    store,
    catalog,
    encoder: duckdbRowEncoder({ dir: join(folder.path, 'tmp'), memoryMegabytes: 256, codec: 'snappy' }),
    clock: testClock(ONE_O_CLOCK),
    newWriteId: randomUUID,
  };
  const { connection: reader } = await openDuckdb(':memory:', { threads: '1' });

  const query = async (sql: string) => (await reader.runAndReadAll(sql)).getRowObjectsJson();

  return {
    folder: folder.path,
    ports,
    store,
    catalog,
    remove: folder.remove,
    /** A sink with separate memory over the same lake, like a new process. */
    newHandler: (changed: Partial<SinkPorts> = {}, contractsNow: readonly Contract[] = known, incarnation = 0) =>
      createHandler({
        ...ports,
        ...changed,
        streamOf: (topic) => ({
          topic,
          contract: contractsNow.find(({ name }) => name === topic) ?? null,
          incarnation,
        }),
      }),
    query,
    /** The rows of a table that a reader of its catalogued locations sees, by kafka partition and offset. */
    async rows({ database, table }: TableName, columns = '*'): Promise<readonly Record<string, unknown>[]> {
      const partitions = await catalog.partitions({ database, table });
      if (partitions.length === 0) return [];
      const files = partitions.map(({ location }) => `'${join(folder.path, 'lake', location)}*.parquet'`);
      return query(
        `select ${columns} from read_parquet([${files.join(', ')}], hive_partitioning = false) ` +
          'order by incarnation, kafka_partition, kafka_offset',
      );
    },
  };
}
