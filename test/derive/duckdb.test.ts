import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Duckdb, openDuckdb } from '../../lib/adapters/duckdb/open-duckdb.ts';
import { type Column, columns, deadLetterColumns, partitionColumns } from '../../lib/derive/columns.ts';
import { duckdbType, emptyView } from '../../lib/derive/duckdb.ts';
import { DEAD_LETTERS, lakeTable, type TableName } from '../../lib/derive/names.ts';
import { quoted } from '../../lib/derive/quoted.ts';
import { deadLetterSelect, type RowSelect, rowSelect } from '../../lib/derive/row-select.ts';
import { contracts } from '../support/fixture-project.ts';

interface Table {
  readonly name: TableName;
  readonly columns: readonly Column[];
  readonly select: RowSelect;
}

const tables: readonly Table[] = [
  ...contracts.map((contract) => ({
    name: lakeTable(contract),
    columns: columns(contract),
    select: rowSelect(contract),
  })),
  { name: DEAD_LETTERS, columns: deadLetterColumns, select: deadLetterSelect },
];

const named = ({ name, type }: Column) => [name, duckdbType(type)];

describe.each(tables)('DuckDB itself says of $name.table', ({ name, columns, select }) => {
  let duckdb: Duckdb;
  beforeAll(async () => {
    duckdb = await openDuckdb(':memory:', { threads: '1' });
  });
  afterAll(() => duckdb.close());

  const described = async (sql: string) => {
    const reader = await duckdb.connection.runAndReadAll(sql);
    return reader.getRowObjectsJS().map((row) => [row.column_name, row.column_type]);
  };

  it('that the empty view has the columns of the model and of the table partition, and no rows', async () => {
    const { connection } = duckdb;
    await connection.run(`create schema "${name.database}"`);
    await connection.run(emptyView(name, columns));
    const counted = await connection.runAndReadAll(`from "${name.database}"."${name.table}"`);
    expect(counted.currentRowCount).toBe(0);
    expect(await described(`describe "${name.database}"."${name.table}"`)).toEqual(
      [...columns, ...partitionColumns].map(named),
    );
  });

  it('that the rows which the sink writes have the columns of the model, in their order', async () => {
    const line = Object.entries(select.lineColumns).map(([key, type]) => `cast(null as ${type}) as ${quoted(key)}`);
    const list = select.selectList.map((item) => item.replace(/(?<!:):[a-z_]+/g, '0')).join(', ');
    expect(await described(`describe select ${list} from (select ${line.join(', ')})`)).toEqual(columns.map(named));
  });
});
