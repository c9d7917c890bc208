import { Client } from 'pg';
import { lakeTables } from '../../../lib/adapters/duckdb/lake-views.ts';
import type { Contract } from '../../../lib/contracts/contract.ts';
import { type Column, partitionColumns } from '../../../lib/derive/columns.ts';
import { externalSchemas, redshiftType } from '../../../lib/derive/redshift.ts';
import { type Lake, query } from '../../../lib/local/query/query.ts';

/** Runs a query over the lake. @returns its rows, each value as text. */
type RowsOf = (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/**
 * Creates the lake's schemas in a PostgreSQL and recreates their tables with the lake's current rows, as Redshift's
 * external schemas would show them. `names` are names such as `lake.shop_purchases`; names outside the lake are
 * ignored.
 */
export async function loadLake(url: string, lake: Lake, names: ReadonlySet<string>): Promise<void> {
  await loadTables(url, { contracts: lake.contracts, names, rowsOf: rowsOfLake(lake) });
}

interface LoadedTables {
  readonly contracts: readonly Contract[];
  readonly names: ReadonlySet<string>;
  readonly rowsOf: RowsOf;
}

/** The same for a lake that is read by other means. */
export async function loadTables(url: string, { contracts, names, rowsOf }: LoadedTables): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const { schema } of externalSchemas(contracts)) await client.query(`create schema if not exists ${schema}`);
    for (const table of lakeTables(contracts)) {
      const name = `${table.name.database}.${table.name.table}`;
      if (names.has(name)) await loadTable(client, rowsOf, name, [...table.columns, ...partitionColumns]);
    }
  } finally {
    await client.end();
  }
}

async function loadTable(client: Client, rowsOf: RowsOf, name: string, columns: readonly Column[]): Promise<void> {
  const types = columns.map((column) => `"${column.name}" ${redshiftType(column.type)}`).join(', ');
  await client.query(`create table if not exists ${name} (${types})`);
  await client.query(`delete from ${name}`);
  const texts = columns.map((column) => `cast("${column.name}" as varchar) as "${column.name}"`).join(', ');
  const records = JSON.stringify(await rowsOf(`select ${texts} from ${name}`));
  await client.query(`insert into ${name} select * from json_populate_recordset(null::${name}, $1)`, [records]);
}

function rowsOfLake(lake: Lake): RowsOf {
  return async (sql) => {
    const { columns, rows } = await query(lake, sql);
    const records: Record<string, unknown>[] = [];
    for await (const chunk of rows)
      for (const row of chunk) records.push(Object.fromEntries(columns.map(({ name }, at) => [name, row[at]])));
    return records;
  };
}
