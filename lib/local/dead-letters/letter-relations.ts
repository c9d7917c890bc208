import { DEAD_LETTERS, lakeTable } from '../../derive/names.ts';
import { quoted } from '../../derive/quoted.ts';
import type { HourOfTable } from '../../derive/table-partition.ts';
import type { RejectionReason } from '../../pipeline/outcome.ts';
import { type Lake, type LakeResult, query } from '../query/query.ts';
import type { CellValue } from '../query/query-value.ts';

/** A filter of dead letters. */
export interface LetterFilter {
  readonly stream?: string;
  readonly reason?: RejectionReason;
  /** The first failing field, dotted. */
  readonly path?: string;
  /** Ingest hours, both inclusive. */
  readonly from?: HourOfTable;
  readonly to?: HourOfTable;
  readonly place?: { readonly kafkaPartition: number; readonly kafkaOffset: number };
}

/**
 * Relations for `from`: the selected letters, with `is_open`, which is true if no row of its table has its position, nor
 * in a refined table its source position.
 */
export interface LetterRelations {
  readonly all: string;
  readonly open: string;
}

/** First finds the hours that contain such letters, so that only these hours of the streams' tables are read. */
export async function letterRelations(lake: Lake, filter: LetterFilter): Promise<LetterRelations> {
  const letters = `select * from ${tableText(DEAD_LETTERS)} ${where(filter)}`;
  const hours = await hoursByStream(lake, letters);
  const rowsOf = (contracts: Lake['contracts'], position: readonly string[]) => {
    const tables = contracts.flatMap((contract) => {
      const found = hours.get(contract.name);
      if (found === undefined) return [];
      const columns = `${literal(contract.name)} as stream, ${position.join(', ')}`;
      return [`select ${columns} from ${tableText(lakeTable(contract))} where ${found}`];
    });
    return tables.length === 0 ? undefined : `(${tables.join(' union all ')}) as made`;
  };
  const refined = lake.contracts.filter(({ refinedFrom }) => refinedFrom !== null);
  const hasRow = [
    existsText(rowsOf(lake.contracts, POSITION), POSITION, (name) => `letters.${name}`),
    existsText(
      rowsOf(refined, SOURCE_POSITION),
      SOURCE_POSITION,
      (name) => SOURCE_OF_LETTER[name] ?? `letters.${name}`,
    ),
  ];
  const all = `(select letters.*, not (${hasRow.join(' or ')}) as is_open from (${letters}) as letters) as letters`;
  return { all, open: `(select * exclude (is_open) from ${all} where is_open) as letters` };
}

const POSITION = ['incarnation', 'kafka_partition', 'kafka_offset'];
/** Within an hour, whose sources are of one incarnation. */
const SOURCE_POSITION = ['incarnation', 'kafka_partition', 'dt', 'hour', 'source_offset', 'source_ordinal'];

/** A refined stream's letter has its source position in its headers, as `pipeline/dead-letters.ts` writes them. */
const SOURCE_OF_LETTER: Readonly<Record<string, string>> = {
  source_offset: headerNumber('weir-source-offset'),
  source_ordinal: headerNumber('weir-source-ordinal'),
};

function headerNumber(name: string): string {
  return `try_cast(regexp_extract(letters.headers, '"name":"${name}","value":"(\\d{1,15})"', 1) as bigint)`;
}

/** Whether one of the rows has the letter's stream and these values. */
function existsText(rows: string | undefined, names: readonly string[], columnOf: (name: string) => string): string {
  if (rows === undefined) return 'false';
  const same = names.map((name) => ` and made.${name} = ${columnOf(name)}`).join('');
  return `exists (select 1 from ${rows} where made.stream = letters.stream${same})`;
}

/** All rows of a result. */
export async function allRows({ rows }: Pick<LakeResult, 'rows'>): Promise<readonly (readonly CellValue[])[]> {
  const all: (readonly CellValue[])[] = [];
  for await (const some of rows) all.push(...some);
  return all;
}

/** By stream, a condition that selects rows of the hours in which the stream has letters. */
async function hoursByStream(lake: Lake, letters: string): Promise<ReadonlyMap<string, string>> {
  const rows = await allRows(
    await query(
      lake,
      `select stream, dt, string_agg(distinct hour, ', ' order by hour) from (${letters}) group by all order by all`,
    ),
  );
  const conditions = new Map<string, string>();
  for (const [stream, dt, hours] of rows) {
    const day = `dt = ${literal(String(dt))} and hour in (${String(hours)})`;
    const before = conditions.get(String(stream));
    conditions.set(String(stream), before === undefined ? day : `${before} or ${day}`);
  }
  return conditions;
}

function where({ stream, reason, path, from, to, place }: LetterFilter): string {
  const conditions = [
    ...(stream === undefined ? [] : [`stream = ${literal(stream)}`]),
    ...(reason === undefined ? [] : [`reason = ${literal(reason)}`]),
    ...(path === undefined ? [] : [`path = ${literal(path)}`]),
    ...(from === undefined ? [] : [`(dt > ${literal(from.dt)} or dt = ${literal(from.dt)} and hour >= ${from.hour})`]),
    ...(to === undefined ? [] : [`(dt < ${literal(to.dt)} or dt = ${literal(to.dt)} and hour <= ${to.hour})`]),
    ...(place === undefined
      ? []
      : [`kafka_partition = ${place.kafkaPartition}`, `kafka_offset = ${place.kafkaOffset}`]),
  ];
  return conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
}

const tableText = ({ database, table }: typeof DEAD_LETTERS) => `${quoted(database)}.${quoted(table)}`;
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
