import { join } from 'node:path';
import type { ChainPositions, RowPositions } from '../../pipeline/audit/audit-rows.ts';
import type { OffsetRange } from '../../pipeline/offset-ranges.ts';
import { DamagedObjectError } from '../../pipeline/read-facts.ts';
import { damagedObjects } from './damaged-objects.ts';
import { openDuckdb } from './open-duckdb.ts';

interface RowPositionsOptions {
  readonly lakeDir: string;
  readonly memoryMegabytes: number;
}

/** The most positions reported that occur in more than one row: more add no information. */
const MAX_TWICE = 10_000;

/** The positions of the rows of a lake in a folder, found by DuckDB. Each answer opens its own in-memory database. */
export function duckdbRowPositions({ lakeDir, memoryMegabytes }: RowPositionsOptions): RowPositions {
  return {
    async positions(keys, { byStream, isRefined }) {
      if (keys.length === 0) return [];
      const files = keys.map((key) => `'${join(lakeDir, key).replaceAll("'", "''")}'`).join(', ');
      const stream = byStream ? 'stream' : 'cast(null as varchar) as stream';
      // Objects of earlier versions have no source positions.
      const rows =
        `select ${stream}, incarnation, kafka_partition, kafka_offset, source_offset, source_ordinal, filename from ` +
        '(select cast(null as bigint) as source_offset, cast(null as bigint) as source_ordinal where false union all by name ' +
        `select * from read_parquet([${files}], union_by_name = true, hive_partitioning = false, filename = true))`;
      const { connection, close } = await openDuckdb(':memory:', {
        memory_limit: `${memoryMegabytes}MB`,
        threads: '1',
      });
      try {
        const ranges = (await connection.runAndReadAll(rangesSql(rows))).getRows();
        const made = isRefined ? (await connection.runAndReadAll(madeSql(rows))).getRows() : [];
        const twice = (await connection.runAndReadAll(twiceSql(rows))).getRows();
        const sourceTwice = isRefined ? (await connection.runAndReadAll(sourceTwiceSql(rows))).getRows() : [];
        return chainsOf({ ranges, made, twice, sourceTwice }, `${lakeDir}/`);
      } catch (cause) {
        const message = cause instanceof Error ? cause.message : String(cause);
        const damaged = await damagedObjects(connection, lakeDir, keys, message);
        throw damaged === undefined ? cause : new DamagedObjectError(damaged, { cause });
      } finally {
        close();
      }
    },
  };
}

const CHAIN = 'stream, incarnation, kafka_partition';

/** Consecutive offsets differ from their row number by the same amount. */
const rangesSql = (rows: string) =>
  `with positions as (select distinct ${CHAIN}, kafka_offset from (${rows}) where kafka_offset is not null), ` +
  `islands as (select *, kafka_offset - row_number() over (partition by ${CHAIN} order by kafka_offset) as island from positions) ` +
  `select ${CHAIN}, min(kafka_offset), max(kafka_offset) from islands group by ${CHAIN}, island order by ${CHAIN}, 4`;

/** A row of a refined table that was made from the lake has no offset of its own topic. */
const madeSql = (rows: string) =>
  `select ${CHAIN}, count(*) from (${rows}) where kafka_offset is null group by ${CHAIN} order by ${CHAIN}`;

const twiceSql = (rows: string) =>
  `select ${CHAIN}, kafka_offset, list(distinct filename order by filename) from (${rows}) where kafka_offset is not null ` +
  `group by ${CHAIN}, kafka_offset having count(*) > 1 order by all limit ${MAX_TWICE}`;

const sourceTwiceSql = (rows: string) =>
  `select ${CHAIN}, source_offset, list(distinct filename order by filename) from (${rows}) where source_offset is not null ` +
  `group by ${CHAIN}, source_offset, source_ordinal ` +
  `having count(distinct kafka_offset) + count(*) filter (kafka_offset is null) > 1 ` +
  `order by all limit ${MAX_TWICE}`;

type Row = readonly unknown[];
type Twice = ChainPositions['twice'][number];

interface FoundPositions {
  readonly ranges: readonly Row[];
  readonly made: readonly Row[];
  readonly twice: readonly Row[];
  readonly sourceTwice: readonly Row[];
}

interface Found extends ChainPositions {
  readonly offsets: OffsetRange[];
  made: number;
  readonly twice: Twice[];
  readonly sourceTwice: Twice[];
}

function chainsOf({ ranges, made, twice, sourceTwice }: FoundPositions, lakePrefix: string): readonly ChainPositions[] {
  const chains = new Map<string, Found>();
  const nameOf = (row: Row) => row.slice(0, 3).join(' ');
  const chainOf = (row: Row): Found => {
    const [stream, incarnation, kafkaPartition] = row;
    const place = {
      stream: stream as string | null,
      incarnation: Number(incarnation),
      kafkaPartition: Number(kafkaPartition),
    };
    const chain = chains.get(nameOf(row)) ?? { ...place, offsets: [], made: 0, twice: [], sourceTwice: [] };
    chains.set(nameOf(row), chain);
    return chain;
  };
  for (const row of ranges) chainOf(row).offsets.push([Number(row[3]), Number(row[4])]);
  for (const row of made) chainOf(row).made = Number(row[3]);
  const twiceOf = (row: Row): Twice => {
    const { items } = row[4] as { readonly items: readonly string[] };
    const keys = items.map((file) => file.slice(file.startsWith(lakePrefix) ? lakePrefix.length : 0));
    return { offset: Number(row[3]), keys };
  };
  for (const row of twice) chains.get(nameOf(row))?.twice.push(twiceOf(row));
  for (const row of sourceTwice) chains.get(nameOf(row))?.sourceTwice.push(twiceOf(row));
  return [...chains.values()];
}
