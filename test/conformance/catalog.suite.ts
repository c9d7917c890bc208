import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TableName } from '../../lib/derive/names.ts';
import { hourOf, partitionLocation } from '../../lib/derive/table-partition.ts';
import type { Catalog, TablePartition } from '../../lib/pipeline/ports.ts';

/** A catalogue to check. `another` opens the same one a second time. */
export interface CatalogUnderTest {
  readonly catalog: Catalog;
  readonly another: Catalog;
  /** Whether the newest of registrations at the same moment wins; otherwise the next one of the newest does. */
  readonly isAtomic: boolean;
  /** A table that is there and has no partitions. */
  createTable(): Promise<TableName>;
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;

function partitionOf(table: TableName, hoursSince2026: number, generation: number): TablePartition {
  const hour = hourOf(Date.UTC(2026, 0, 1) + hoursSince2026 * HOUR_MS);
  return { ...hour, generation, location: partitionLocation(table, hour, generation) };
}

/** What `Catalog` promises, checked against one implementation. */
export function catalogSuite(open: () => Promise<CatalogUnderTest>): void {
  let opened: CatalogUnderTest;
  let catalog: Catalog;
  beforeAll(async () => {
    opened = await open();
    catalog = opened.catalog;
  });
  afterAll(() => opened?.close());

  describe('register', () => {
    it('makes a table partition visible at once, also through another client', async () => {
      const table = await opened.createTable();
      const partition = partitionOf(table, 5, 0);
      await catalog.register(table, partition);
      expect(await opened.another.partitions(table)).toEqual([partition]);
      expect(await opened.another.partition(table, partition)).toEqual(partition);
      expect(await opened.another.partition(table, { ...partition, hour: 6 })).toBeUndefined();
    });

    it('is idempotent', async () => {
      const table = await opened.createTable();
      const partition = partitionOf(table, 5, 3);
      for (let time = 0; time < 3; time++) await catalog.register(table, partition);
      await opened.another.register(table, partition);
      expect(await catalog.partitions(table)).toEqual([partition]);
    });

    it('moves an hour forward only, by the number of the generation', async () => {
      const table = await opened.createTable();
      for (const generation of [0, 2, 10, 9, 0]) await catalog.register(table, partitionOf(table, 5, generation));
      expect(await catalog.partitions(table)).toEqual([partitionOf(table, 5, 10)]);
      expect(await catalog.partition(table, partitionOf(table, 5, 0))).toEqual(partitionOf(table, 5, 10));
    });

    it('ends at the newest generation, however many register at once', async () => {
      const table = await opened.createTable();
      const clients = [opened.catalog, opened.another];
      const all = Array.from({ length: 48 }, (_, at) => partitionOf(table, at % 4, (at * 7) % 12));
      await Promise.all(all.map((partition, at) => clients[at % 2]?.register(table, partition)));
      const newest = [0, 1, 2, 3].map((hour) => {
        const generations = all.filter((partition) => partition.hour === hour).map(({ generation }) => generation);
        return partitionOf(table, hour, Math.max(...generations));
      });
      if (!opened.isAtomic) for (const partition of newest) await catalog.register(table, partition);
      expect(await catalog.partitions(table)).toEqual(newest);
    });

    it('keeps tables apart, and takes a location that another table has too', async () => {
      const [one, other] = [await opened.createTable(), await opened.createTable()];
      const shared = partitionOf(one, 5, 0);
      await catalog.register(one, shared);
      await catalog.register(other, shared);
      await catalog.register(one, partitionOf(one, 5, 1));
      expect(await catalog.partitions(one)).toEqual([partitionOf(one, 5, 1)]);
      expect(await catalog.partitions(other)).toEqual([shared]);
    });
  });

  describe('partitions', () => {
    it('ascends by hour, across days and months', async () => {
      const table = await opened.createTable();
      const hours = [800, 3, 24, 13, 23, 9, 10, 743, 744];
      for (const hour of hours) await catalog.register(table, partitionOf(table, hour, 0));
      const ascending = [...hours].sort((a, b) => a - b);
      expect(await catalog.partitions(table)).toEqual(ascending.map((hour) => partitionOf(table, hour, 0)));
    });

    it('is whole for a table with many hours', async () => {
      const table = await opened.createTable();
      const all = Array.from({ length: 260 }, (_, hour) => partitionOf(table, hour, 0));
      for (let at = 0; at < all.length; at += 20) {
        await Promise.all(all.slice(at, at + 20).map((partition) => catalog.register(table, partition)));
      }
      expect(await catalog.partitions(table)).toEqual(all);
    }, 120_000);

    it('has none for a table that is not known, or has no hours', async () => {
      expect(await catalog.partitions(await opened.createTable())).toEqual([]);
      expect(await catalog.partitions({ database: 'lake', table: 'never_seen' })).toEqual([]);
      expect(await catalog.partitions({ database: 'no_such_database', table: 'never_seen' })).toEqual([]);
    });
  });
}
