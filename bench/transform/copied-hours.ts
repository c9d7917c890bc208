import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { lakeTables } from '../../lib/adapters/duckdb/lake-views.ts';
import { openDuckdb } from '../../lib/adapters/duckdb/open-duckdb.ts';
import { LAKE_DATABASE } from '../../lib/derive/names.ts';
import { hourOf, partitionLocation } from '../../lib/derive/table-partition.ts';
import { eventSource } from '../../lib/generators/event-source.ts';
import type { lakehouse } from '../../test/support/lakehouse.ts';
import { contracts, generators } from '../../test/support/shipped.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 0, 1);
/** Seconds of the base hour's events at the generators' own rate: one per second for chat rooms and searches. */
const BASE_SECONDS = 100;
/** One row in this many is about a room, a customer, a transaction, … of an earlier hour. */
const EARLIER_EVERY = 20;

export type House = Awaited<ReturnType<typeof lakehouse>>;

/** Ids that are new in every hour; all others recur. */
const FRESH_IDS = new Set(['transaction_id', 'feedback_id', 'room_id', 'message_id']);

/** The prefix of the fresh ids in the hour `index`. */
export const hourMark = (index: number) => `h${String(index).padStart(5, '0')}-`;

/** The same in SQL. */
export const mark = (index: string) => `'h' || lpad(cast(${index} as varchar), 5, '0') || '-'`;

/** The hour that is `index` hours after the base. */
export const indexedHour = (index: number) => hourOf(START_MS + index * HOUR_MS);

/**
 * Hours of the lake that are copies of one that came through the pipeline, in the proportions of the generators' own
 * rates, with shifted times and new ids, except for one row in `EARLIER_EVERY`, which is about an entity of any earlier
 * hour. An hour has about `rows` rows in all tables together.
 */
export async function copiedHours(house: House, rows: number) {
  for (const generator of generators) {
    const next = eventSource(generator, 7);
    const everyMs = (generator.everyMs[0] + generator.everyMs[1]) / 2;
    const count = Math.max(1, Math.round((BASE_SECONDS * 1000) / everyMs));
    const events = Array.from({ length: count }, (_, index) => next(START_MS + index * everyMs));
    await house.produce(generator.stream, START_MS + HOUR_MS - 1000, events);
  }
  await house.settle();
  const { connection } = await openDuckdb(':memory:', { threads: '2' });
  const base = await loadBase(connection, house);
  const baseRows = base.reduce((sum, { count }) => sum + count, 0);
  const copies = Math.max(1, Math.round(rows / baseRows));
  return {
    rows: copies * baseRows,
    /** Writes and registers the hour that is `index` hours after the base; 0 is the base itself. */
    async write(index: number) {
      const hour = indexedHour(index);
      for (const { table, columns } of base) {
        const location = partitionLocation({ database: LAKE_DATABASE, table }, hour, 1);
        await mkdir(join(house.dir, 'lake', location), { recursive: true });
        const list = columns.map(({ name, type }) => `${copied(name, type, index)} as "${name}"`).join(', ');
        const file = join(house.dir, 'lake', location, `${table}-i0-p00000-000000.parquet`);
        await connection.run(`copy (select ${list} from ${table}, range(${copies}) as copies(copy)) to '${file}'`);
        await house.deps.catalog.register({ database: LAKE_DATABASE, table }, { ...hour, generation: 1, location });
      }
      return hour;
    },
  };
}

async function loadBase(connection: DuckDBConnection, house: House) {
  const base = [];
  for (const { name, columns } of lakeTables(contracts).filter((one) => one.name.database === LAKE_DATABASE)) {
    const partition = await house.deps.catalog.partition(name, hourOf(START_MS));
    if (partition === undefined) continue;
    await connection.run(
      `create table ${name.table} as select * from read_parquet('${join(house.dir, 'lake', partition.location)}*.parquet')`,
    );
    const [row] = (await connection.runAndReadAll(`select count(*) from ${name.table}`)).getRows();
    base.push({
      table: name.table,
      columns: columns.map(({ name, type }) => ({ name, type: type.kind })),
      count: Number(row?.[0]),
    });
  }
  return base;
}

function copied(name: string, type: string, index: number): string {
  // As random as the generators' ids, and the same in every run.
  const id = (column: string) =>
    `case when (kafka_offset + copy) % ${EARLIER_EVERY} = 0 then ${mark(`hash(kafka_offset, copy, ${index}) % ${index}`)} ` +
    `else ${mark(`${index}`)} end || md5(${column} || '-' || copy)`;
  if (name === 'ingested_at') return `${name} + interval ${index} hour`;
  if (type === 'timestamp') {
    return `"${name}" + interval ${index} hour + (copy * ${BASE_SECONDS} % 3600) * interval 1 second`;
  }
  // The generators' prices are nearly all different.
  if (name === 'product_price') return `10 + (kafka_offset * 7 + copy * 7919 + ${index} * 104729) % 99000 / 100.0`;
  if (name === 'kafka_offset') return `${name} + ${index} * cast(1000000000 as bigint) + copy * 100000`;
  if (FRESH_IDS.has(name)) return id(name);
  if (name === 'customer') {
    const customer = `json_extract_string(${name}, '$.customer_id')`;
    return `replace(${name}, ${customer}, ${id(customer)})`;
  }
  return `"${name}"`;
}
