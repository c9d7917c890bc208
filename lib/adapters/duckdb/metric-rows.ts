import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { MetricDefinition } from '../../derive/metric-definitions.ts';
import { metricQuery } from '../../derive/metric-query.ts';
import { entryName } from '../../pipeline/meter/entry-name.ts';
import { groupText } from '../../pipeline/meter/fold.ts';
import type { LakeRange, LakeRows } from '../../pipeline/meter/lake-rows.ts';
import { measuredValue } from '../../pipeline/meter/measured-value.ts';
import type { MetricEntry } from '../../pipeline/metric-store.ts';
import type { Catalog, ObjectStore } from '../../pipeline/ports.ts';
import { tableObjects } from './lake-views.ts';
import { openDuckdb } from './open-duckdb.ts';

interface MetricRowsOptions {
  readonly lakeDir: string;
  readonly catalog: Catalog;
  readonly store: Pick<ObjectStore, 'list'>;
  readonly memoryMegabytes: number;
}

/** Metrics from the rows of a lake in a folder, by DuckDB's SQL. Each answer opens a database of its own in memory. */
export function duckdbMetricRows({ lakeDir, memoryMegabytes, ...lake }: MetricRowsOptions): LakeRows {
  /** null where the catalogue shows no object in these hours. */
  const query = async (range: LakeRange, sql: (rows: string) => string) => {
    const keys = range.hours.length === 0 ? [] : await tableObjects(lake, range.table, range.hours);
    if (keys.length === 0) return [];
    const { connection, close } = await openDuckdb(':memory:', { memory_limit: `${memoryMegabytes}MB`, threads: '1' });
    try {
      return await textRows(
        connection,
        sql(
          relation(
            keys.map((key) => join(lakeDir, key)),
            range,
          ),
        ),
      );
    } finally {
      close();
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

/** A value that DuckDB shows as text. */
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
