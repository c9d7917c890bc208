import { Client } from 'pg';
import { lakeTables } from '../../../lib/adapters/duckdb/lake-views.ts';
import { type Column, partitionColumns } from '../../../lib/derive/columns.ts';
import { externalSchemas, redshiftType } from '../../../lib/derive/redshift.ts';
import { type Lake, query } from '../../../lib/local/query/query.ts';

/**
 * Makes the lake's schemas in a PostgreSQL, and its tables anew, with the rows that the lake has at this moment: what Redshift's
 * external schemas show. `names` are `lake.shop_purchases` and the like; others than the lake's are left out.
 */
export async function loadLake(url: string, lake: Lake, names: ReadonlySet<string>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const { schema } of externalSchemas(lake.contracts))
      await client.query(`create schema if not exists ${schema}`);
    for (const table of lakeTables(lake.contracts)) {
      const name = `${table.name.database}.${table.name.table}`;
      if (names.has(name)) await loadTable(client, lake, name, [...table.columns, ...partitionColumns]);
    }
  } finally {
    await client.end();
  }
}

async function loadTable(client: Client, lake: Lake, name: string, columns: readonly Column[]): Promise<void> {
  const types = columns.map((column) => `"${column.name}" ${redshiftType(column.type)}`).join(', ');
  await client.query(`create table if not exists ${name} (${types})`);
  await client.query(`delete from ${name}`);
  const texts = columns.map((column) => `cast("${column.name}" as varchar) as "${column.name}"`).join(', ');
  const { rows } = await query(lake, `select ${texts} from ${name}`);
  for await (const chunk of rows) {
    const records = chunk.map((row) => Object.fromEntries(columns.map((column, at) => [column.name, row[at]])));
    await client.query(`insert into ${name} select * from json_populate_recordset(null::${name}, $1)`, [
      JSON.stringify(records),
    ]);
  }
}
