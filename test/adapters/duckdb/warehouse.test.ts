import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDuckdb } from '../../../lib/adapters/duckdb/open-duckdb.ts';
import { duckdbWarehouse } from '../../../lib/adapters/duckdb/warehouse.ts';
import { directoryObjectStore } from '../../../lib/adapters/embedded/directory-object-store.ts';
import { fileCatalog } from '../../../lib/adapters/embedded/file-catalog.ts';
import { systemClock } from '../../../lib/adapters/system-clock.ts';
import { columns } from '../../../lib/derive/columns.ts';
import { lakeTable } from '../../../lib/derive/names.ts';
import { partitionLocation } from '../../../lib/derive/table-partition.ts';
import { WarehouseUnavailableError } from '../../../lib/pipeline/ports.ts';
import { warehouseSuite } from '../../conformance/warehouse.suite.ts';
import { shopProductViews } from '../../fixtures/lake/streams/shop.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const table = lakeTable(shopProductViews);
const lakeTables = [{ name: table, registered: table, folder: table, columns: columns(shopProductViews) }];

function warehouseIn(dir: string, lockWaitMs = 1000) {
  const lakeDir = join(dir, 'lake');
  const catalog = fileCatalog(join(dir, 'catalog'));
  const options = { file: join(dir, 'warehouse.duckdb'), memoryMegabytes: 256, clock: systemClock, lockWaitMs };
  return {
    catalog,
    ...duckdbWarehouse({ ...options, lakeTables, catalog, lakeDir, store: directoryObjectStore(lakeDir) }),
  };
}

describe('a file that the operating system does not give', () => {
  it('is not taken for a damaged one', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder.path, 'warehouse.duckdb'));
    const warehouse = warehouseIn(folder.path);
    const asked = warehouse.query({ name: 'q', sql: 'select 1 as one', parameters: {} });
    await expect(asked).rejects.toThrow(WarehouseUnavailableError);
    await expect(asked).rejects.toThrow(/^cannot open .*warehouse\.duckdb: .* \(\w+\); the tables are as they were$/);
    await folder.remove();
  });
});

describe('a DuckDB file as a warehouse', () => {
  warehouseSuite(async () => {
    const folder = await temporaryFolder();
    const warehouse = warehouseIn(folder.path);
    return {
      warehouse,
      another: async () => warehouseIn(folder.path),
      close: async () => {
        await warehouse.close();
        await folder.remove();
      },
    };
  });
});

describe('the lake in a DuckDB warehouse', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  const hour = (hourOfDay: number) => ({ dt: '2026-01-31', hour: hourOfDay });

  /** An object with one row of that product, in that generation of the hour. */
  async function putObject(hourOfDay: number, generation: number, productId: string) {
    const location = partitionLocation(table, hour(hourOfDay), generation);
    await mkdir(join(folder.path, 'lake', location), { recursive: true });
    const { connection } = await openDuckdb();
    const file = join(folder.path, 'lake', location, `${productId}.parquet`);
    await connection.run(
      `copy (select '${productId}' as product_id, cast(7 as integer) as view_count) to '${file}' (format parquet)`,
    );
    return { ...hour(hourOfDay), generation, location };
  }

  const products = async (warehouse: ReturnType<typeof warehouseIn>, ...hours: number[]) => {
    const copied =
      'create table seen as select product_id, view_count, dt, hour, last_viewed from lake.shop_product_views';
    await warehouse.run({
      name: 'look',
      statements: ['drop table if exists seen', copied].map((sql) => ({ name: sql, sql, parameters: {} })),
      reads: hours.map((one) => ({ table, hour: hour(one) })),
    });
    const sql = 'select product_id, hour from seen order by product_id';
    return (await warehouse.query({ name: 'seen', sql, parameters: {} })).map((row) => `${row.product_id}@${row.hour}`);
  };

  it('is the hours that are read, at the catalogue’s locations and nowhere else', async () => {
    const warehouse = warehouseIn(folder.path);
    await warehouse.catalog.register(table, await putObject(5, 0, 'a'));
    await warehouse.catalog.register(table, await putObject(6, 0, 'b'));
    await warehouse.catalog.register(table, await putObject(7, 0, 'c'));
    await putObject(6, 1, 'in-a-generation-that-is-not-registered');
    await putObject(8, 0, 'not-registered');
    expect(await products(warehouse, 5, 6, 8)).toEqual(['a@5', 'b@6']);
    await warehouse.catalog.register(table, await putObject(6, 1, 'd'));
    expect(await products(warehouse, 6)).toEqual(['d@6', 'in-a-generation-that-is-not-registered@6']);
    await warehouse.close();
  });

  it('is empty, with all columns, where no hour is there', async () => {
    const warehouse = warehouseIn(folder.path);
    expect(await products(warehouse, 5)).toEqual([]);
    await warehouse.close();
  });
});

describe('the file of a DuckDB warehouse', () => {
  it('waits for another process that has it open, then reports it', async () => {
    const folder = await temporaryFolder();
    const file = join(folder.path, 'warehouse.duckdb');
    const script = `
      const { DuckDBInstance } = await import('@duckdb/node-api');
      await DuckDBInstance.create(process.argv[1]);
      console.log('open');
      setInterval(() => undefined, 1000);`;
    const holder = spawn(process.execPath, ['--input-type=module', '-e', script, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    const query = { name: 'q', sql: 'select 1 as one', parameters: {} };
    const refused = warehouseIn(folder.path, 300).query(query);
    await expect(refused).rejects.toThrow(WarehouseUnavailableError);
    await expect(refused).rejects.toThrow(/locked by another process for 300 ms/);
    const patient = warehouseIn(folder.path, 10_000);
    const waiting = patient.query(query);
    holder.kill('SIGKILL');
    expect(await waiting).toEqual([{ one: '1' }]);
    await patient.close();
    await folder.remove();
  });

  it('that is no database is left alone, with a message', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder.path, 'warehouse.duckdb'), 'no database '.repeat(500));
    const query = { name: 'q', sql: 'select 1 as one', parameters: {} };
    await expect(warehouseIn(folder.path).query(query)).rejects.toThrow(/warehouse\.duckdb: expected a DuckDB file/);
    await folder.remove();
  });
});
