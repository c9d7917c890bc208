import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Duckdb, openDuckdb } from '../../../lib/adapters/duckdb/open-duckdb.ts';
import { checkStatement } from '../../../lib/local/query/statement-check.ts';

const DIR = '/home/somebody/.weir';
const WAREHOUSE_FILE = 'warehouse.duckdb';
const TABLES = new Set(['lake.shop_product_views', 'prod.fact_views']);

let duckdb: Duckdb;
beforeAll(async () => {
  duckdb = await openDuckdb();
});
afterAll(() => duckdb.close());

const check = (sql: string) => checkStatement(duckdb.connection, sql, (name) => TABLES.has(name));

describe('a statement', () => {
  it.each([
    'select * from lake.shop_product_views as v join prod.fact_views as f on true',
    'from LAKE.Shop_Product_Views',
    'with v as (select 1 as a) select * from v, range(3)',
    'select * from generate_series(1, 3), unnest([1, 2])',
    'select table_name from information_schema.tables',
    'describe lake.shop_product_views',
    'summarize prod.fact_views',
    '/* ; */ select 1 -- ; drop table x',
  ])('is let through where it only reads tables: %s', async (sql) => {
    await expect(check(sql)).resolves.toBeUndefined();
  });

  it.each([
    ['insert', 'insert into prod.fact_views select * from prod.fact_views'],
    ['delete', 'delete from prod.fact_views'],
    ['update', 'update prod.fact_views set view_count = 0'],
    ['create', 'create table t as select 1'],
    ['drop', 'drop view lake.shop_product_views'],
    ['a write in an expression', 'with gone as (delete from prod.fact_views returning *) select * from gone'],
    ['attach', `attach '${DIR}/warehouse/${WAREHOUSE_FILE}' as w`],
    ['detach', 'detach warehouse'],
    ['copy', `copy (select 1) to '${DIR}/out.csv'`],
    ['export', `export database '${DIR}/out'`],
    ['import', `import database '${DIR}'`],
    ['install', 'install httpfs'],
    ['load', 'load httpfs'],
    ['pragma', 'pragma database_list'],
    ['set', "set memory_limit = '100GB'"],
    ['reset', 'reset lock_configuration'],
    ['use', 'use warehouse'],
    ['call', 'call duckdb_settings()'],
    ['checkpoint', 'checkpoint'],
    ['prepare', 'prepare p as select 1'],
    ['explain analyze', 'explain analyze select 1'],
    ['two statements', 'select 1; select 2'],
    ['two statements with a comment between', 'select 1 /* */ ; /* */ drop view lake.shop_product_views'],
    ['nothing', ''],
    ['only a comment', '-- select 1'],
    ['no SQL', 'selec 1'],
    ['read_csv', "select * from read_csv('/etc/passwd')"],
    ['read_csv within', "select (select max(column0) from read_csv('/etc/passwd'))"],
    ['read_csv in other letters', `select * from "READ_CSV_auto"('/etc/passwd')`],
    ['read_csv behind a comment', "select * from read_csv/**/('/etc/passwd')"],
    ['read_text', `select * from read_text('${DIR}/secret.csv')`],
    ['read_blob of the ledger', `select * from read_blob('${DIR}/warehouse/${WAREHOUSE_FILE}')`],
    ['read_json', "select * from read_json('/proc/self/environ')"],
    ['glob', `select * from glob('${DIR}/*')`],
    ['a file as a table', `select * from '${DIR}/secret.csv'`],
    ['a quoted file as a table', `select * from "${DIR}/secret.csv"`],
    ['an object of the lake as a table', `from '${DIR}/lake/**/*.parquet'`],
    ['an address as a table', "select * from 'https://example.com/x.parquet'"],
    ['SQL in a text', "select * from query('select * from read_text(''/etc/passwd'')')"],
    ['a table named in a text', "select * from query_table('/etc/passwd')"],
    ['settings', 'select * from duckdb_settings()'],
    ['secrets', 'select * from duckdb_secrets()'],
    ['another database', `select * from sqlite_scan('${DIR}/metrics/data.mdb', 't')`],
    ['serialized SQL', `select * from json_execute_serialized_sql('{}')`],
    ['a table that there is not', 'select * from lake.nothing'],
    ['a name that means an expression elsewhere only', 'select * from (with t as (select 1) select * from t), t'],
    ['a file in a description', `describe select * from '${DIR}/secret.csv'`],
    ['a file as a table that is described', `summarize '${DIR}/secret.csv'`],
  ])('is refused where it is %s', async (_, sql) => {
    await expect(check(sql)).rejects.toThrow(
      /^expected (one select statement|a table)|^syntax error|A CTE needs a SELECT/,
    );
  });
});
