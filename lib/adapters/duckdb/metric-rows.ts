import type { DuckDBConnection } from '@duckdb/node-api';
import pLimit from 'p-limit';
import type { MetricDefinition } from '../../derive/metric-definitions.ts';
import { metricQuery } from '../../derive/metric-query.ts';
import { entryName } from '../../pipeline/meter/entry-name.ts';
import { groupText } from '../../pipeline/meter/fold.ts';
import type { LakeRange, LakeRows } from '../../pipeline/meter/lake-rows.ts';
import { measuredValue } from '../../pipeline/meter/measured-value.ts';
import type { MetricEntry } from '../../pipeline/metric-store.ts';
import type { Catalog, ObjectFiles, ObjectStore } from '../../pipeline/ports.ts';
import { sharedFiles } from '../shared-files.ts';
import { tableObjects } from './lake-views.ts';
import { openDuckdb } from './open-duckdb.ts';

interface MetricRowsOptions {
  readonly catalog: Pick<Catalog, 'partition' | 'partitions'>;
  readonly store: Pick<ObjectStore, 'list'> & Pick<ObjectFiles, 'fetch'>;
  readonly memoryMegabytes: number;
}

/** The number of concurrent fetches. */
const FETCH_AT_ONCE = 8;

/**
 * Metrics from a lake's rows, computed by DuckDB over its objects as files. Each answer opens its own in-memory
 * database.
 */
export function duckdbMetricRows({ memoryMegabytes, ...lake }: MetricRowsOptions): LakeRows {
  const files = sharedFiles(lake.store);
  const atOnce = pLimit(FETCH_AT_ONCE);

  /** Null if the catalogue has no object in these hours. */
  const query = async (range: LakeRange, sql: (rows: string) => string) => {
    const keys = range.hours.length === 0 ? [] : await tableObjects(lake, range.table, range.hours);
    if (keys.length === 0) return [];
    const fetched = await Promise.allSettled(keys.map((key) => atOnce(() => files.fetch(key))));
    try {
      const paths = fetched.map((one) => {
        if (one.status === 'rejected') throw one.reason;
        return one.value.path;
      });
      const { connection, close } = await openDuckdb(':memory:', {
        memory_limit: `${memoryMegabytes}MB`,
        threads: '1',
      });
      try {
        return await textRows(connection, sql(relation(paths, range)));
      } finally {
        close();
      }
    } finally {
      await Promise.all(fetched.map((one) => (one.status === 'fulfilled' ? one.value.release() : undefined)));
    }
  };

  return {
    async greatestEventTime(range) {
      const [row] = await query(
        range,
        (rows) => `select strftime(max(event_time), '%Y-%m-%d %H:%M:%S.%f') from ${rows}`,
      );
      return row?.[0] ?? null;
    },
    async fold(range, definition, floorSeconds) {
      const rows = await query(range, (relation) => metricQuery(definition, relation, floorSeconds));
      return rows.map((row) => entryOfRow(definition, row));
    },
  };
}

/** A value that DuckDB returns as text. */
type Text = string | null;

async function textRows(connection: DuckDBConnection, sql: string): Promise<readonly (readonly Text[])[]> {
  const result = await connection.runAndReadAll(sql);
  return result.getRows() as readonly (readonly Text[])[];
}

function relation(files: readonly string[], { shard, ranges }: LakeRange): string {
  const list = files.map((file) => `'${file.replaceAll("'", "''")}'`).join(', ');
  const offsets = ranges.map(([first, last]) => `kafka_offset between ${first} and ${last}`);
  const conditions = [
    `incarnation = ${shard.incarnation}`,
    `kafka_partition = ${shard.kafkaPartition}`,
    `(${offsets.length === 0 ? 'false' : offsets.join(' or ')})`,
  ];
  return `(select * from read_parquet([${list}], union_by_name = true, hive_partitioning = false) where ${conditions.join(' and ')})`;
}

function entryOfRow({ by, measures }: MetricDefinition, [start = null, ...columns]: readonly Text[]): MetricEntry {
  const group = groupText(by.map(({ type }, index) => [type, columns[index]]));
  const values = measures.map(({ field }, index) => {
    const text = columns[by.length + index] ?? null;
    if (field === null) return text === null ? null : BigInt(text);
    return measuredValue(field.type, field.type.kind === 'double' && text !== null ? Number(text) : text);
  });
  return { ...entryName(group, start === null ? null : Number(start)), values };
}
