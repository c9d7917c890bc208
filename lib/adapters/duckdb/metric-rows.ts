import type { MetricDefinition } from '../../derive/metric-definitions.ts';
import { metricQuery } from '../../derive/metric-query.ts';
import { entryName } from '../../pipeline/meter/entry-name.ts';
import { groupText } from '../../pipeline/meter/fold.ts';
import type { LakeRange, LakeRows } from '../../pipeline/meter/lake-rows.ts';
import { measuredValue } from '../../pipeline/meter/measured-value.ts';
import type { MetricEntry } from '../../pipeline/metric-store.ts';
import type { Catalog, ObjectFiles, ObjectStore } from '../../pipeline/ports.ts';
import { tableObjects } from './lake-views.ts';
import { objectQuery, type Text } from './object-query.ts';

interface MetricRowsOptions {
  readonly catalog: Pick<Catalog, 'partition' | 'partitions'>;
  readonly store: Pick<ObjectStore, 'list'> & Pick<ObjectFiles, 'fetch'>;
  readonly memoryMegabytes: number;
}

/**
 * Metrics from a lake's rows, computed by DuckDB over its objects as files. Each answer opens its own in-memory
 * database.
 */
export function duckdbMetricRows({ memoryMegabytes, ...lake }: MetricRowsOptions): LakeRows {
  const queryObjects = objectQuery({ store: lake.store, memoryMegabytes });

  const query = async (range: LakeRange, sql: (rows: string) => string) => {
    const keys = range.hours.length === 0 ? [] : await tableObjects(lake, range.table, range.hours);
    return queryObjects(keys, (relation) => sql(rowsIn(relation, range)));
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

function rowsIn(relation: string, { shard, ranges, withMade }: LakeRange): string {
  const offsets = [
    ...ranges.map(([first, last]) => `kafka_offset between ${first} and ${last}`),
    ...(withMade ? ['kafka_offset is null'] : []),
  ];
  const conditions = [
    `incarnation = ${shard.incarnation}`,
    `kafka_partition = ${shard.kafkaPartition}`,
    `(${offsets.length === 0 ? 'false' : offsets.join(' or ')})`,
  ];
  return `(select * from ${relation} where ${conditions.join(' and ')})`;
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
