import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuckdb } from '../../lib/adapters/duckdb/open-duckdb.ts';
import {
  type ObjectFiles,
  ObjectNotFoundError,
  type ObjectStore,
  type PartToWrite,
  type PartWriter,
} from '../../lib/pipeline/ports.ts';
import { DamagedObjectError, readFooter } from '../../lib/pipeline/read-facts.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

export interface PartsUnderTest {
  readonly store: ObjectStore & ObjectFiles;
  readonly parts: PartWriter;
  /** Whether nothing is left on the disk that parts are made on. */
  isClean(): Promise<boolean>;
  close(): Promise<void>;
}

const columns = [
  { name: 'n', type: 'BIGINT', fieldId: 7 },
  { name: 'text', type: 'VARCHAR', fieldId: 8 },
];

/** What `PartWriter` promises, checked against one implementation. */
export function partWriterSuite(open: () => Promise<PartsUnderTest>): void {
  let opened: PartsUnderTest;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let connection: Awaited<ReturnType<typeof openDuckdb>>['connection'];
  beforeAll(async () => {
    opened = await open();
    folder = await temporaryFolder();
    ({ connection } = await openDuckdb());
  });
  afterAll(async () => {
    await opened?.close();
    await folder?.remove();
  });

  let files = 0;
  const object = async (key: string, select: string, ids = 'n: 7, text: 8') => {
    const path = join(folder.path, `${files++}.parquet`);
    await connection.run(`copy (${select}) to '${path}' (format parquet, field_ids {${ids}})`);
    await opened.store.putFileIfAbsent(key, path, {});
    return key;
  };
  const part = (key: string, inputs: readonly string[], given: Partial<PartToWrite> = {}): PartToWrite => ({
    ...{ key, inputs, columns, rowGroupRows: 2048, footer: { weir: '{"kind":"compact"}' } },
    ...given,
  });
  const rowsOf = async (key: string) => {
    const { path, release } = await opened.store.fetch(key);
    const rows = (await connection.runAndReadAll(`select * from '${path}'`)).getRowsJson();
    await release();
    return rows;
  };

  describe('write', () => {
    it('has the rows of all inputs, in their order and in that of the inputs', async () => {
      const inputs = [
        await object('order/b.parquet', "select 9 - range as n, 'b' as text from range(3)"),
        await object('order/a.parquet', "select range as n, 'a' as text from range(2)"),
        await object('order/none.parquet', "select range as n, 'c' as text from range(0)"),
      ];
      expect(await opened.parts.write(part('order/part.parquet', inputs))).toBe('created');
      const rows = [
        ['9', 'b'],
        ['8', 'b'],
        ['7', 'b'],
        ['0', 'a'],
        ['1', 'a'],
      ];
      expect(await rowsOf('order/part.parquet')).toEqual(rows);
      expect(await opened.isClean()).toBe(true);
    });

    it('casts columns, has nulls for those that an input lacks, and keeps others behind them, each with its field id', async () => {
      const inputs = [
        await object('columns/a.parquet', 'select cast(1 as integer) as n, 5 as old', 'n: 7, old: 11'),
        await object('columns/b.parquet', "select 'new' as text, cast(2 as bigint) as n"),
      ];
      await opened.parts.write(part('columns/part.parquet', inputs));
      expect(await rowsOf('columns/part.parquet')).toEqual([
        ['1', null, 5],
        ['2', 'new', null],
      ]);
      const { schema } = await readFooter(opened.store, 'columns/part.parquet');
      const found = schema.slice(1).map(({ name, field_id }) => [name, field_id]);
      expect(found).toEqual([
        ['n', 7],
        ['text', 8],
        ['old', 11],
      ]);
    });

    it('gives a number that two columns would have to the one that is asked for', async () => {
      const inputs = [await object('ids/a.parquet', 'select 1 as old', 'old: 7')];
      await opened.parts.write(part('ids/part.parquet', inputs));
      const { schema } = await readFooter(opened.store, 'ids/part.parquet');
      expect(schema.slice(1).map(({ name, field_id }) => [name, field_id])).toEqual([
        ['n', 7],
        ['text', 8],
        ['old', undefined],
      ]);
    });

    it('makes an object without rows out of no inputs, in the columns that are asked for', async () => {
      await opened.parts.write(part('none/part.parquet', []));
      expect(await rowsOf('none/part.parquet')).toEqual([]);
      expect(await opened.parts.describe('none/part.parquet')).toMatchObject({
        rows: 0,
        columns: { n: 'INT64 INT_64', text: 'BYTE_ARRAY UTF8' },
      });
    });

    it('is zstd, has row groups of the size that is asked for, and the footer', async () => {
      const inputs = [await object('groups/a.parquet', "select range as n, 'x' as text from range(10000)")];
      await opened.parts.write(
        part('groups/part.parquet', inputs, { footer: { weir: `{"it's":"${'é'.repeat(3000)}"}` } }),
      );
      const { row_groups, key_value_metadata } = await readFooter(opened.store, 'groups/part.parquet');
      expect(row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([2048, 2048, 2048, 2048, 1808]);
      expect(new Set(row_groups.flatMap(({ columns: all }) => all.map((column) => column.meta_data?.codec)))).toEqual(
        new Set(['ZSTD']),
      );
      expect(key_value_metadata?.find(({ key }) => key === 'weir')?.value).toContain('é');
    });

    it('creates once, whole, and leaves what is there', async () => {
      const [first, second] = [
        await object('once/a.parquet', "select 1 as n, 'a' as text"),
        await object('once/b.parquet', "select 2 as n, 'b' as text"),
      ];
      const outcomes = await Promise.all([
        opened.parts.write(part('once/part.parquet', [first])),
        opened.parts.write(part('once/part.parquet', [second])),
      ]);
      expect([...outcomes].sort()).toEqual(['created', 'exists']);
      expect(await rowsOf('once/part.parquet')).toEqual([outcomes[0] === 'created' ? ['1', 'a'] : ['2', 'b']]);
      expect(await opened.isClean()).toBe(true);
    });

    it('names an input that is truncated or missing, and writes nothing', async () => {
      const whole = await object('damaged/a.parquet', "select range as n, 'x' as text from range(1000)");
      const { bytes } = await opened.store.readTail(whole, 1_000_000);
      await opened.store.putIfAbsent('damaged/cut.parquet', bytes.subarray(bytes.length / 2), {});
      for (const input of ['damaged/cut.parquet', 'damaged/gone.parquet']) {
        const failure = await opened.parts.write(part('damaged/part.parquet', [whole, input])).catch((error) => error);
        expect(failure).toBeInstanceOf(DamagedObjectError);
        expect(failure.message).toMatch(new RegExp(`^${input}: the object is `));
      }
      expect(await opened.store.list('damaged/part')).toEqual([]);
      expect(await opened.isClean()).toBe(true);
    });
  });

  describe('describe', () => {
    it('says rows, sizes and types of an object', async () => {
      const key = await object(
        'described/a.parquet',
        'select range as n, cast(1.5 as decimal(12,2)) as text from range(100)',
      );
      const { bytes } = await opened.store.readTail(key, 1_000_000);
      const found = await opened.parts.describe(key);
      expect(found).toMatchObject({
        rows: 100,
        sizeBytes: bytes.length,
        columns: { n: 'INT64 INT_64', text: 'INT64 DECIMAL(12,2)' },
      });
      expect(found.rawBytes).toBeGreaterThan(100);
    });

    it('throws for what is damaged or not there, naming it', async () => {
      await opened.store.putIfAbsent('described/torn.parquet', Buffer.from('PAR1 torn'), {});
      await expect(opened.parts.describe('described/torn.parquet')).rejects.toThrow(/torn\.parquet/);
      await expect(opened.parts.describe('described/none.parquet')).rejects.toBeInstanceOf(ObjectNotFoundError);
    });
  });
}
