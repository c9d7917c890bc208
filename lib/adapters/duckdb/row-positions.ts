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
        const twice = (await connection.runAndReadAll(twiceSql(rows))).getRows();
        const sourceTwice = isRefined ? (await connection.runAndReadAll(sourceTwiceSql(rows))).getRows() : [];
        return chainsOf({ ranges, twice, sourceTwice }, `${lakeDir}/`);
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
  `with positions as (select distinct ${CHAIN}, kafka_offset from (${rows})), ` +
  `islands as (select *, kafka_offset - row_number() over (partition by ${CHAIN} order by kafka_offset) as island from positions) ` +
  `select ${CHAIN}, min(kafka_offset), max(kafka_offset) from islands group by ${CHAIN}, island order by ${CHAIN}, 4`;

const twiceSql = (rows: string) =>
  `select ${CHAIN}, kafka_offset, list(distinct filename order by filename) from (${rows}) ` +
  `group by ${CHAIN}, kafka_offset having count(*) > 1 order by all limit ${MAX_TWICE}`;

const sourceTwiceSql = (rows: string) =>
  `select ${CHAIN}, source_offset, list(distinct filename order by filename) from (${rows}) where source_offset is not null ` +
  `group by ${CHAIN}, source_offset, source_ordinal having count(distinct kafka_offset) > 1 order by all limit ${MAX_TWICE}`;

type Row = readonly unknown[];
type Twice = ChainPositions['twice'][number];

interface FoundPositions {
  readonly ranges: readonly Row[];
  readonly twice: readonly Row[];
  readonly sourceTwice: readonly Row[];
}

function chainsOf({ ranges, twice, sourceTwice }: FoundPositions, lakePrefix: string): readonly ChainPositions[] {
  const chains = new Map<string, ChainPositions & { offsets: OffsetRange[]; twice: Twice[]; sourceTwice: Twice[] }>();
  const nameOf = (row: Row) => row.slice(0, 3).join(' ');
  for (const row of ranges) {
    const [stream, incarnation, kafkaPartition, first, last] = row;
    const place = {
      stream: stream as string | null,
      incarnation: Number(incarnation),
      kafkaPartition: Number(kafkaPartition),
    };
    const chain = chains.get(nameOf(row)) ?? { ...place, offsets: [], twice: [], sourceTwice: [] };
    chains.set(nameOf(row), chain);
    chain.offsets.push([Number(first), Number(last)]);
  }
  const twiceOf = (row: Row): Twice => {
    const { items } = row[4] as { readonly items: readonly string[] };
    const keys = items.map((file) => file.slice(file.startsWith(lakePrefix) ? lakePrefix.length : 0));
    return { offset: Number(row[3]), keys };
  };
  for (const row of twice) chains.get(nameOf(row))?.twice.push(twiceOf(row));
  for (const row of sourceTwice) chains.get(nameOf(row))?.sourceTwice.push(twiceOf(row));
  return [...chains.values()];
}
