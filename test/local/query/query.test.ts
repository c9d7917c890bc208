import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lakeTables } from '../../../lib/adapters/duckdb/lake-views.ts';
import { openDuckdb } from '../../../lib/adapters/duckdb/open-duckdb.ts';
import { directoryObjectStore } from '../../../lib/adapters/embedded/directory-object-store.ts';
import { fileCatalog } from '../../../lib/adapters/embedded/file-catalog.ts';
import { columns } from '../../../lib/derive/columns.ts';
import { duckdbType } from '../../../lib/derive/duckdb.ts';
import { lakeTable } from '../../../lib/derive/names.ts';
import { partitionLocation } from '../../../lib/derive/table-partition.ts';
import { tableOutput } from '../../../lib/local/display/table-output.ts';
import { type Lake, type QueryResult, query } from '../../../lib/local/query/query.ts';
import { csvOutput, jsonOutput } from '../../../lib/local/query/query-output.ts';
import { contracts } from '../../support/fixture-project.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const feedback = contracts.find(({ name }) => name === 'shop.feedback');
if (feedback === undefined) throw new Error('expected the contract of shop.feedback');
const table = lakeTable(feedback);
const dt = '2026-01-31';

async function read(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

describe('a query', () => {
  let lake: Lake;
  let remove: () => Promise<void>;

  /** An object whose rows have these ratings; without the columns named in `without`, as an older contract made it. */
  async function putObject(key: string, ratings: readonly number[], without: readonly string[] = []): Promise<void> {
    const path = join(lake.dir, key);
    await mkdir(dirname(path), { recursive: true });
    const kept = columns(feedback ?? { name: '', fields: {}, refinedFrom: null }).filter(
      ({ name }) => !without.includes(name),
    );
    const list = kept.map(({ name, type }) =>
      name === 'rating' ? 'cast(r as integer) as rating' : `cast(null as ${duckdbType(type)}) as "${name}"`,
    );
    const { connection } = await openDuckdb();
    const values = ratings.map((rating) => `(${rating})`).join(', ');
    await connection.run(`copy (select ${list.join(', ')} from (values ${values}) t(r)) to '${path}' (format parquet)`);
  }

  beforeAll(async () => {
    const folder = await temporaryFolder();
    remove = folder.remove;
    const dir = join(folder.path, 'the "lake"');
    const warehouseFile = join(folder.path, 'none.duckdb');
    const catalog = fileCatalog(join(folder.path, 'c'));
    lake = { dir, catalog, store: directoryObjectStore(dir), contracts, tables: lakeTables(contracts), warehouseFile };
    const location = (hour: number, generation: number) => partitionLocation(table, { dt, hour }, generation);
    await putObject(`${location(5, 0)}a.parquet`, [1]);
    await putObject(`${location(5, 1)}a.parquet`, [2, 2]);
    await putObject(`${location(13, 0)}a.parquet`, [3], ['comment']);
    await putObject(`${location(14, 0)}a.parquet`, [5]);
    await lake.catalog.register(table, { dt, hour: 5, generation: 0, location: location(5, 0) });
    await lake.catalog.register(table, { dt, hour: 5, generation: 1, location: location(5, 1) });
    await lake.catalog.register(table, { dt, hour: 13, generation: 0, location: location(13, 0) });
  });
  afterAll(() => remove());

  const text = read;
  const json = async (sql: string) => JSON.parse(await text(jsonOutput(await query(lake, sql))));

  it('says that the lake has what a deleted catalogue does not show, and nothing where both have none', async () => {
    const forgotten = { ...lake, catalog: fileCatalog(join(lake.dir, '..', 'another catalogue')) };
    expect((await query(forgotten, 'select * from lake.shop_feedback')).hints).toEqual([
      expect.stringMatching(
        /objects of lake\.shop_feedback of 2026-01-31 14:00, but .* weir start registers what the lake has/,
      ),
    ]);
    expect((await query(forgotten, 'select * from lake.shop_purchases')).hints).toEqual([]);
    expect((await query(lake, 'select * from lake.shop_feedback')).hints).toEqual([]);
  });

  it('reads what the catalogue names, in its current generation, and nothing else', async () => {
    const rows = await json('select dt, hour, rating from lake.shop_feedback order by all');
    expect(rows).toEqual([
      { dt, hour: 5, rating: 2 },
      { dt, hour: 5, rating: 2 },
      { dt, hour: 13, rating: 3 },
    ]);
  });

  it('answers null for a column that is younger than the object', async () => {
    expect(await json('select comment from LAKE.Shop_Feedback where hour = 13')).toEqual([{ comment: null }]);
  });

  it('answers zero rows with all columns where a table has no objects', async () => {
    for (const name of ['lake.chat_rooms', 'lake.dead_letters', 'random_profile.random_customers']) {
      expect(await json(`from ${name}`)).toEqual([]);
    }
    const { columns: found } = await query(lake, 'from s3_spectrum_random_profile.random_customers');
    expect(found.map(({ name }) => name).slice(-3)).toEqual(['_extra', 'dt', 'hour']);
    expect(found.at(-1)?.type).toBe('INTEGER');
  });

  it('has the same columns with objects and without', async () => {
    const described = async (name: string) =>
      (await json(`describe ${name}`)).map((row: object) => Object.values(row)[1]);
    const withObjects = await described('lake.shop_feedback');
    const all = columns(feedback ?? { name: '', fields: {}, refinedFrom: null });
    expect(withObjects).toEqual([...all.map(({ type }) => duckdbType(type)), 'VARCHAR', 'INTEGER']);
  });

  it('fails in one line that says what is wrong', async () => {
    await expect(query(lake, 'selec 1')).rejects.toThrow(/^Parser Error: syntax error at or near "selec"$/);
    await expect(query(lake, 'select ratin from lake.shop_feedback')).rejects.toThrow(/^Binder Error: .*"ratin".*$/);
    await expect(query(lake, '')).rejects.toThrow(/^expected one SQL statement, found none$/);
    await expect(query(lake, 'select 1; select 2')).rejects.toThrow(/^expected one SQL statement, found 2$/);
    await expect(query(lake, 'from lake.nope')).rejects.toThrow(
      /nope does not exist.*the tables are .*lake.shop_feedback/,
    );
    const failing = "select case when i = 9000 then error('at last') else i end from range(10000) t(i)";
    await expect(query(lake, failing).then((result) => text(csvOutput(result)))).rejects.toThrow(/at last$/);
  });

  it('prints JSON whose numbers are exact and whose times are UTC text with microseconds', async () => {
    const sql = `select 9007199254740993::bigint as b, 1.50::decimal(12,2) as d, 7 as i, 0.1::double as f,
      timestamp '2026-01-31 13:00:00' as t, timestamptz '2026-01-31 13:00:00.5+02' as z, null as n, true as yes,
      [timestamp '2026-01-31 13:00:00.25'] as l, {'a': 1::bigint} as s, '{}'::blob as bytes, '\\xFF'::blob as odd,
      date '2026-01-31' as day, 'nan'::double as nan`;
    expect(await json(sql)).toEqual([
      {
        b: '9007199254740993',
        d: '1.50',
        i: 7,
        f: 0.1,
        t: '2026-01-31 13:00:00.000000',
        z: '2026-01-31 11:00:00.500000',
        n: null,
        yes: true,
        l: ['2026-01-31 13:00:00.250000'],
        s: { a: '1' },
        bytes: '{}',
        odd: 'base64:/w==',
        day: '2026-01-31',
        nan: 'NaN',
      },
    ]);
  });

  it('prints an array of objects, also without rows and with columns of one name', async () => {
    expect(await text(jsonOutput(await query(lake, 'select 1 where false')))).toBe('[]\n');
    expect(await json('select 1 as a, 2 as a, 3 as a_1')).toEqual([{ a: 1, a_1: 2, a_1_1: 3 }]);
  });

  it('prints CSV as RFC 4180 has it, null apart from the empty text', async () => {
    const sql = `select * from (values (1, 'plain', null), (2, 'a "b", c', ''), (3, e'two\\nlines', 'x')) t(n, "a,b", c)`;
    expect(await text(csvOutput(await query(lake, sql)))).toBe(
      'n,"a,b",c\r\n1,plain,\r\n2,"a ""b"", c",""\r\n3,"two\nlines",x\r\n',
    );
  });

  it('of one hour lists that hour’s objects, and asks the catalogue about no other', async () => {
    const asked: string[] = [];
    const counted: Lake = {
      ...lake,
      catalog: {
        ...lake.catalog,
        partitions: async () => Promise.reject(new Error('expected nobody to ask for all hours')),
        partition: (name, one) => {
          asked.push(`${one.dt} ${one.hour}`);
          return lake.catalog.partition(name, one);
        },
      },
      store: {
        ...lake.store,
        list: (prefix) => {
          asked.push(prefix);
          return lake.store.list(prefix);
        },
      },
    };
    const { rows } = await query(counted, `select rating from lake.shop_feedback where dt = '${dt}' and hour = 5`);
    for await (const chunk of rows) expect(chunk).toEqual([[2], [2]]);
    expect(asked).toEqual([`${dt} 5`, partitionLocation(table, { dt, hour: 5 }, 1)]);
  });

  it('that fails after its first rows hands those on, and then says why, instead of ending', async () => {
    const failing =
      "select case when i < 400000 then i else error('too late') end as i from range(500000) t(i); -- all";
    const result = await query(lake, failing);
    let rows = 0;
    const all = (async () => {
      for await (const chunk of result.rows) rows += chunk.length;
    })();
    await expect(all).rejects.toThrow('too late');
    expect(rows).toBeGreaterThan(20_000);
  });

  it('names an object that is damaged in its middle, after the rows before it', async () => {
    const location = partitionLocation(table, { dt, hour: 20 }, 0);
    const key = `${location}damaged.parquet`;
    await putObject(`${location}whole.parquet`, [1]);
    const { connection, close } = await openDuckdb();
    const rows =
      `select * exclude (i) replace (i || repeat('x', 30) as comment) ` +
      `from read_parquet('${join(lake.dir, location)}whole.parquet'), range(2000000) t(i)`;
    await connection.run(`copy (${rows}) to '${join(lake.dir, key)}' (format parquet, row_group_size 100000)`);
    close();
    const file = await open(join(lake.dir, key), 'r+');
    await file.write(Buffer.alloc(50_000, 255), 0, 50_000, Math.floor((await file.stat()).size * 0.7));
    await file.close();
    await lake.catalog.register(table, { dt, hour: 20, generation: 0, location });

    const result = await query(lake, `select comment from ${table.database}.${table.table} where hour = 20`);
    await expect(read(csvOutput(result))).rejects.toThrow(`${key}: the object is damaged or gone`);
  });

  it('reads a large result as it is printed', async () => {
    const result = await query(lake, "select i, repeat('x', 100) from range(1000000) t(i)");
    const before = process.memoryUsage.rss();
    let bytes = 0;
    for await (const piece of csvOutput(result)) {
      bytes += piece.length;
      if (bytes > 30_000_000) break;
    }
    expect(process.memoryUsage.rss() - before).toBeLessThan(200_000_000);
  });
});

describe('the table', () => {
  const result = (columns: QueryResult['columns'], ...rows: readonly (string | number | null)[][]): QueryResult => ({
    columns,
    rows: (async function* () {
      yield rows;
    })(),
  });
  const printed = async (one: QueryResult, width = Infinity) => read(tableOutput(one, width));
  const name = { name: 'name', type: 'VARCHAR' };
  const amount = { name: 'amount', type: 'DECIMAL(12,2)' };

  it('has numbers on the right, text on the left, NULL where there is nothing, and counts the rows', async () => {
    expect(await printed(result([name, amount], ['Ann', '7.50'], ['漢字', '1234.00'], [null, null]))).toBe(
      ['name   amount', '----  -------', 'Ann      7.50', '漢字  1234.00', 'NULL     NULL', '(3 rows)', ''].join('\n'),
    );
  });

  it('shows what would steer the terminal instead of obeying it', async () => {
    expect(await printed(result([name], ['a\u001b[31mb\nc\u202ed']))).toContain('a\\u001b[31mb\\nc\\u202ed');
  });

  it('cuts the widest columns to the terminal, and names those that have no room', async () => {
    const wide = result([name, name, amount], ['x'.repeat(50), 'y'.repeat(30), '1.00']);
    const lines = (await printed(wide, 40)).split('\n');
    expect(lines.every((line) => line.length <= 40)).toBe(true);
    expect(lines[2]).toMatch(/^x+… {2}y+… {2} *1\.00$/);
    const many = result(
      Array.from({ length: 20 }, (_, index) => ({ name: `column${index}`, type: 'VARCHAR' })),
      [],
    );
    expect(await printed(many, 40)).toContain('no room for column5, column6');
  });

  it('says how many rows there are when there are none', async () => {
    expect(await printed(result([name]))).toBe('name\n----\n(0 rows)\n');
  });
});
