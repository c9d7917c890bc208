import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { weir } from '../../support/weir-process.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** Neither runs SQL: the lock only opens a file, and a test holds a file open in a process of its own. */
const WITHOUT_SQL = ['lib/adapters/embedded/writer-lock.ts', 'test/adapters/duckdb/warehouse.test.ts'];

describe('a DuckDB connection', () => {
  it('is in UTC whatever the time zone of the machine: an hour ago is an hour ago', async () => {
    const folder = await temporaryFolder();
    const sql = `select current_setting('TimeZone') as zone,
      abs(epoch(cast(now() as timestamp)) - ${Date.now() / 1000}) < 600 as now_is_utc,
      timestamp '2026-01-31 12:00:00' > timestamptz '2026-01-31 11:00:00+00' as compares_in_utc`;
    try {
      const { stdout, stderr } = await weir(['query', sql, '--json', '--data-dir', folder.path], { TZ: 'Asia/Tokyo' });
      expect({ rows: stdout === '' ? stderr : JSON.parse(stdout) }).toEqual({
        rows: [{ zone: 'UTC', now_is_utc: true, compares_in_utc: true }],
      });
    } finally {
      await folder.remove();
    }
  });

  it('is made in one place only', () => {
    const files = ['bin', 'lib', 'lambdas', 'bench', 'test'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
    );
    const makers = files
      .filter((file) => file.endsWith('.ts'))
      .filter((file) => readFileSync(join(ROOT, file), 'utf8').includes('DuckDBInstance.create('));
    expect(makers.sort()).toEqual(
      ['lib/adapters/duckdb/open-duckdb.ts', 'test/adapters/duckdb/open-duckdb.test.ts', ...WITHOUT_SQL].sort(),
    );
  });
});
