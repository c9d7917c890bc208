import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Duckdb, openDuckdb } from '../../../lib/adapters/duckdb/open-duckdb.ts';
import { lockConnection } from '../../../lib/local/query/lock-connection.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let duckdb: Duckdb;
beforeAll(async () => {
  folder = await temporaryFolder();
  // The quote would end the setting's text.
  const lake = join(folder.path, "la'ke");
  await mkdir(lake);
  await writeFile(join(lake, 'rows.csv'), 'a\n1\n');
  await writeFile(join(folder.path, 'secret.csv'), 'a\n2\n');
  duckdb = await openDuckdb(':memory:', { temp_directory: '' });
  await lockConnection(duckdb.connection, lake);
});
afterAll(async () => {
  duckdb.close();
  await folder.remove();
});

describe('a locked connection, whatever the statement check lets through', () => {
  it('reads files below the lake', async () => {
    const read = await duckdb.connection.runAndReadAll(`from '${folder.path}/la''ke/rows.csv'`);
    expect(read.getRows()).toEqual([[1n]]);
  });

  it.each<[string, (dir: string) => string]>([
    ['reads no other file', (dir) => `select * from read_csv('${dir}/secret.csv')`],
    [
      'reads no other file by a path through the lake',
      (dir) => `select * from read_csv('${dir}/la''ke/../secret.csv')`,
    ],
    ['lists no other folder', (dir) => `select * from glob('${dir}/*')`],
    ['writes no file', (dir) => `copy (select 1) to '${dir}/out.csv'`],
    ['opens no database', (dir) => `attach '${dir}/other.duckdb' as other`],
    ['reads nothing from the network', () => "select * from read_csv('https://localhost/x.csv')"],
    ['loads no extension', () => 'install httpfs'],
    ['keeps the limit of its memory', () => "set memory_limit = '100GB'"],
    ['keeps the list of its folders', () => "set allowed_directories = ['/']"],
    ['stays locked', () => 'set lock_configuration = false'],
  ])('%s', async (_, sql) => {
    await expect(duckdb.connection.run(sql(folder.path))).rejects.toThrow(/Permission Error|locked|disabled/);
  });
});
