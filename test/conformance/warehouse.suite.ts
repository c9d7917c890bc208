import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StatementError, type Warehouse } from '../../lib/pipeline/ports.ts';

export interface WarehouseUnderTest {
  readonly warehouse: Warehouse;
  /** The same warehouse as another client sees it, once the first has let go. */
  another(): Promise<Warehouse>;
  close(): Promise<void>;
}

const statement = (sql: string, parameters: Readonly<Record<string, string>> = {}) => ({
  name: `test: ${sql.slice(0, 20)}`,
  sql,
  parameters,
});

const run = (warehouse: Warehouse, ...statements: ReturnType<typeof statement>[]) =>
  warehouse.run({ name: 'test', statements, reads: [] });

const rowsOf = (warehouse: Warehouse, table: string) =>
  warehouse.query(statement(`select id, n from ${table} order by id`));

/** What `Warehouse` promises, checked against one implementation. The lake's tables have tests of their own. */
export function warehouseSuite(open: () => Promise<WarehouseUnderTest>): void {
  let opened: WarehouseUnderTest;
  let warehouse: Warehouse;
  let tables = 0;
  const newTable = async () => {
    const table = `suite.t${tables++}`;
    await run(
      warehouse,
      statement('create schema if not exists suite'),
      statement(`create table ${table} (id varchar(64), n bigint)`),
    );
    return table;
  };
  beforeAll(async () => {
    opened = await open();
    warehouse = opened.warehouse;
  });
  afterAll(() => opened?.close());

  describe('run', () => {
    it('does all statements, in order', async () => {
      const table = await newTable();
      await run(
        warehouse,
        statement(`insert into ${table} values ('a', 1)`),
        statement(`update ${table} set n = n + 1`),
        statement(`insert into ${table} select 'b', n from ${table}`),
      );
      expect(await rowsOf(warehouse, table)).toEqual([
        { id: 'a', n: '2' },
        { id: 'b', n: '2' },
      ]);
    });

    it('does none of them when one fails, and says which', async () => {
      const table = await newTable();
      const failing = run(
        warehouse,
        statement(`insert into ${table} values ('a', 1)`),
        {
          ...statement(`insert into ${table} select 'b', cast('x' || id as bigint) from ${table}`),
          name: 'the culprit',
        },
        statement(`insert into ${table} values ('c', 1)`),
      );
      await expect(failing).rejects.toThrow(StatementError);
      await expect(failing).rejects.toThrow(/^the culprit: /);
      await expect(failing).rejects.toMatchObject({ index: 1 });
      expect(await rowsOf(warehouse, table)).toEqual([]);
    });

    it('continues after a failure, and has no temporary table left over', async () => {
      const table = await newTable();
      const make = statement('create temporary table staged_test (id varchar(64))');
      await expect(run(warehouse, make, statement('select nothing from nowhere'))).rejects.toThrow(StatementError);
      await run(
        warehouse,
        make,
        statement(`insert into ${table} select 'a', count(*) from staged_test`),
        statement('drop table staged_test'),
      );
      expect(await rowsOf(warehouse, table)).toEqual([{ id: 'a', n: '0' }]);
    });

    it('binds parameters as values, whatever they hold', async () => {
      const table = await newTable();
      const id = `'); drop table ${table}; -- :n "`;
      const insert = `insert into ${table} select ':id', 0 union all select :id, cast(:n as bigint) -- :id`;
      await run(warehouse, statement(insert, { id, n: '7' }));
      const found = await warehouse.query(statement(`select n from ${table} where id = :id`, { id }));
      expect(found).toEqual([{ n: '7' }]);
    });

    it('lets transactions follow each other, however many are asked for at once', async () => {
      const table = await newTable();
      await run(warehouse, statement(`insert into ${table} values ('a', 0)`));
      const add = () => run(warehouse, statement(`update ${table} set n = n + 1 where id = 'a'`));
      await Promise.all(Array.from({ length: 10 }, add));
      expect(await rowsOf(warehouse, table)).toEqual([{ id: 'a', n: '10' }]);
    });

    it('is durable: another client sees it', async () => {
      const table = await newTable();
      await run(warehouse, statement(`insert into ${table} values ('a', 1)`));
      await warehouse.close();
      const other = await opened.another();
      expect(await rowsOf(other, table)).toEqual([{ id: 'a', n: '1' }]);
      await other.close();
    });
  });

  describe('query', () => {
    it('gives text and null', async () => {
      const sql = `select cast(5 as bigint) as n, cast(1.50 as decimal(12, 2)) as d, cast(null as varchar(8)) as x,
        cast('2026-01-31 10:00:00.5' as timestamp) as t`;
      const [row] = await warehouse.query(statement(sql));
      expect(row).toMatchObject({ n: '5', d: '1.50', x: null });
      expect(row?.t).toMatch(/^2026-01-31 10:00:00\.50*$/);
    });

    it('says what failed', async () => {
      const query = { ...statement('select missing from suite.nowhere'), name: 'the question' };
      await expect(warehouse.query(query)).rejects.toThrow(/^the question: /);
    });
  });
}
