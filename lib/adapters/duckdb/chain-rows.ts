import { type Column, columns } from '../../derive/columns.ts';
import { duckdbType } from '../../derive/duckdb.ts';
import { eventSelect } from '../../derive/event-select.ts';
import { quoted } from '../../derive/quoted.ts';
import type { ObjectFiles } from '../../pipeline/ports.ts';
import type { ChainRows, RowsOfChain } from '../../pipeline/replay/chain-rows.ts';
import { objectQuery } from './object-query.ts';

interface ChainRowsOptions {
  readonly store: Pick<ObjectFiles, 'fetch'>;
  readonly memoryMegabytes: number;
}

/** The rows of a lake's objects, found by DuckDB. */
export function duckdbChainRows(options: ChainRowsOptions): ChainRows {
  const query = objectQuery(options);
  return {
    async events(keys, { contract, ...chain }, offsets) {
      if (offsets.length === 0) return [];
      const { selectList, wireText } = eventSelect(contract);
      const list = ['cast(kafka_offset as varchar)', 'cast(epoch_ms(ingested_at) as varchar)', ...selectList];
      const rows = await query(keys, (relation) => {
        const all = withColumns(relation, columns(contract));
        return `select ${list.join(', ')} from ${all} where ${isOf(chain)} and kafka_offset in (${offsets.join(', ')}) order by kafka_offset`;
      });
      return rows.map(([offset, timestampMs, ...values]) => ({
        offset: Number(offset),
        timestampMs: Number(timestampMs),
        payload: Buffer.from(wireText(values)),
      }));
    },
    async sources(keys, chain, offsets) {
      const rows = await query(keys, (relation) => {
        const all = withColumns(relation, SOURCE_COLUMNS);
        const found = offsets.length === 0 ? 'false' : `source_offset in (${offsets.join(', ')})`;
        return (
          `select cast(source_offset as varchar), cast(source_ordinal as varchar) from ${all} ` +
          `where ${isOf(chain)} and (source_offset is null or ${found}) order by source_offset, source_ordinal`
        );
      });
      const known = rows.filter(([offset]) => offset !== null);
      return {
        rows: known.map(([offset, ordinal]) => ({ offset: Number(offset), ordinal: Number(ordinal) })),
        unknown: rows.length - known.length,
      };
    },
  };
}

const SOURCE_COLUMNS = (['source_offset', 'source_ordinal'] as const).map((name) => ({
  name,
  type: { kind: 'bigint' as const },
}));

const isOf = ({ incarnation, kafkaPartition }: RowsOfChain) =>
  `incarnation = ${incarnation} and kafka_partition = ${kafkaPartition}`;

/** The rows, with null in columns that were added after their objects were written. */
function withColumns(relation: string, all: readonly Pick<Column, 'name' | 'type'>[]): string {
  const none = all.map(({ name, type }) => `cast(null as ${duckdbType(type)}) as ${quoted(name)}`).join(', ');
  return `(select ${none} where false union all by name select * from ${relation})`;
}
