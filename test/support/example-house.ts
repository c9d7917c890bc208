import { afterEach, beforeEach, expect } from 'vitest';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { localLake } from '../../lib/local/query/local-lake.ts';
import { query } from '../../lib/local/query/query.ts';
import { lakehouse } from './lakehouse.ts';
import { shipped } from './shipped.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** 10:46:30 on the day of the examples. */
export const T = Date.UTC(2026, 0, 31, 10, 46, 30);
export const HOUR_MS = 3_600_000;

/** An empty lakehouse with this repository's own streams and models for each test of the calling file. */
export function exampleHouse() {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let house: Awaited<ReturnType<typeof lakehouse>>;
  beforeEach(async () => {
    folder = await temporaryFolder();
    house = await lakehouse(folder.path, {}, shipped);
  });
  afterEach(async () => {
    await house.close();
    await folder.remove();
  });
  return {
    house: () => house,
    rows: (sql: string) => house.rows(sql),
    /** Brings everything on the topics into the lake and through the models; every model must be published. */
    async run() {
      await house.settle();
      const counts = await house.refresh();
      expect(counts.failures).toEqual([]);
      expect(counts.stopped).toBe(0);
      return counts;
    },
    /** Rows as `weir query` shows them: every hour of the lake, together with the models' tables. */
    async lakeRows(sql: string): Promise<readonly unknown[]> {
      await house.close();
      const { rows } = await query(localLake(dataFolder(folder.path), shipped.contracts), sql);
      const found: unknown[] = [];
      for await (const chunk of rows) found.push(...chunk);
      return found;
    },
  };
}
