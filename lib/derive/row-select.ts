import type { Contract } from '../contracts/contract.ts';
import { wireName } from '../contracts/wire-name.ts';
import { columnIds } from './column-ids.ts';
import { type Column, columns, columnType, deadLetterColumns } from './columns.ts';
import { duckdbType } from './duckdb.ts';
import { quoted } from './quoted.ts';

/** How a table's lines become its rows. */
export interface RowSelect {
  /** Line keys and their DuckDB types. */
  readonly lineColumns: Readonly<Record<string, string>>;
  /** The select list, over those names and the placeholders `:incarnation`, `:kafka_partition`, `:contract_version`. */
  readonly selectList: readonly string[];
  /** The permanent number of each column. */
  readonly fieldIds: Readonly<Record<string, number>>;
}

/**
 * Values that the sink splices into every line: the record's offset, and its Kafka timestamp by `effectiveTimestampMs`.
 */
const POSITION_COLUMNS = { $o: 'BIGINT', $t: 'BIGINT' };

const KAFKA_TIMESTAMP = 'make_timestamp("$t" * 1000)';

/** Expressions of the columns that every table has: the spliced position, and constants of the whole object. */
const POSITION: Readonly<Record<string, string>> = {
  incarnation: ':incarnation',
  kafka_partition: ':kafka_partition',
  kafka_offset: '"$o"',
  ingested_at: KAFKA_TIMESTAMP,
};

/**
 * Values spliced after the position of a refined stream's record: the offset of its source's record, and the event's
 * index within that record.
 */
const SOURCE_COLUMNS = { $s: 'BIGINT', $n: 'BIGINT' };
const SOURCE: Readonly<Record<string, string>> = { source_offset: '"$s"', source_ordinal: '"$n"' };

const COMPUTED_TIME = '"$e"';

function eventTimeSource({ eventTime, fields }: Contract): string {
  if (typeof eventTime === 'string') return quoted(fields[eventTime]?.wire ?? eventTime);
  return 'kafkaTimestamp' in eventTime ? KAFKA_TIMESTAMP : COMPUTED_TIME;
}

/**
 * How the lines of the contract's events become rows of its lake table; `pipeline/line.ts` writes such lines.
 * @param mayHaveExtras whether a line may have `$x`: reading a key that no line has slows DuckDB by a twentieth.
 */
export function rowSelect(contract: Contract, mayHaveExtras = true): RowSelect {
  const fields = Object.entries(contract.fields);
  const time = eventTimeSource(contract);
  const own = columns(contract);
  const expressions: Readonly<Record<string, string>> = {
    ...POSITION,
    ...SOURCE,
    event_id: 'null',
    event_time: time,
    contract_version: ':contract_version',
    _extra: mayHaveExtras ? '"$x"' : 'null',
  };
  return {
    lineColumns: {
      ...Object.fromEntries(fields.map(([name, field]) => [wireName(name, field), duckdbType(columnType(field.type))])),
      ...POSITION_COLUMNS,
      ...(contract.refinedFrom === null ? {} : SOURCE_COLUMNS),
      ...(time === COMPUTED_TIME ? { $e: 'TIMESTAMP' } : {}),
      ...(mayHaveExtras ? { $x: 'VARCHAR' } : {}),
    },
    selectList: own.map((column) =>
      selectItem(column, column.source === 'system' ? expressions[column.name] : quoted(column.source.field)),
    ),
    fieldIds: columnIds(own, contract),
  };
}

/** How the lines of dead letters become rows of `lake.dead_letters`. Their headers are JSON text. */
export const deadLetterSelect: RowSelect = {
  lineColumns: {
    ...POSITION_COLUMNS,
    ...Object.fromEntries(
      deadLetterColumns
        .filter(({ name }) => !Object.hasOwn(POSITION, name))
        .map(({ name, type }) => [name, duckdbType(type)]),
    ),
  },
  selectList: deadLetterColumns.map((column) => selectItem(column, POSITION[column.name] ?? quoted(column.name))),
  fieldIds: columnIds(deadLetterColumns),
};

function selectItem({ name, type }: Column, expression: string | undefined): string {
  if (expression === undefined) throw new Error(`row select: expected to know where the column ${name} comes from`);
  return `cast(${expression} as ${duckdbType(type).toLowerCase()}) as ${quoted(name)}`;
}
