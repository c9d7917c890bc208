import { readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuckdb } from '../../../lib/adapters/duckdb/open-duckdb.ts';
import { directoryObjectStore } from '../../../lib/adapters/embedded/directory-object-store.ts';
import { lakeCounts } from '../../../lib/local/folder/lake-counts.ts';
import type { ObjectStore } from '../../../lib/pipeline/ports.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const never = new AbortController().signal;

describe('the counts of the lake', () => {
  let path: string;
  let remove: () => Promise<void>;
  const objects = new Map<number, Uint8Array>();

  beforeAll(async () => {
    ({ path, remove } = await temporaryFolder());
    const { connection } = await openDuckdb();
    for (const rows of [0, 3, 5]) {
      const file = join(path, `${rows}.parquet`);
      await connection.run(`copy (select i from range(${rows}) t(i)) to '${file}' (format parquet)`);
      objects.set(rows, await readFile(file));
    }
  });
  afterAll(() => remove());

  const body = (rows: number) => objects.get(rows) ?? Buffer.of();
  const key = (table: string, generation: number, name: string) =>
    `${table}/dt=2026-01-31/hour=05/g=${generation}/${name}`;
  const newStore = (name: string): ObjectStore => directoryObjectStore(join(path, name));

  it('are those that were there and those that came, in the newest generation of each hour', async () => {
    const before = newStore('a');
    await before.putIfAbsent(key('t', 0, 't-i0-p00000-000000.parquet'), body(3), {});
    await before.putIfAbsent(key('t', 1, '_begun.json'), Buffer.from('{}'), {});
    await before.putIfAbsent(key('t', 1, 'compact.parquet'), body(5), {});
    const counts = lakeCounts(before);
    await counts.store.putIfAbsent(key('t', 1, 't-i0-p00001-000000.parquet'), body(3), {});
    expect(counts.rows('t', 't')).toBeNull();
    await counts.countExisting(['t', 'dead_letters'], never);
    expect(counts.rows('t', 't')).toBe(8);
    await counts.store.putIfAbsent(key('dead_letters', 0, 't-i0-p00000-000000.parquet'), body(5), {});
    await counts.store.putIfAbsent(key('dead_letters', 0, 'u-i0-p00000-000000.parquet'), body(0), {});
    expect([counts.rows('dead_letters', 't'), counts.rows('dead_letters', 'u')]).toEqual([5, 0]);
  });

  it('count an object once that is found while it is being put, whoever put it', async () => {
    const inner = newStore('b');
    const name = key('t', 0, 't-i0-p00000-000000.parquet');
    const counts = lakeCounts({
      ...inner,
      putIfAbsent: async (...put) => {
        const outcome = await inner.putIfAbsent(...put);
        await counts.countExisting(['t'], never);
        return outcome;
      },
    });
    await counts.store.putIfAbsent(name, body(3), {});
    expect(counts.rows('t', 't')).toBe(3);

    const theirs = newStore('c');
    await theirs.putIfAbsent(name, body(5), {});
    const others = lakeCounts({
      ...theirs,
      putIfAbsent: async (...put) => {
        await others.countExisting(['t'], never);
        return theirs.putIfAbsent(...put);
      },
    });
    expect(await others.store.putIfAbsent(name, body(3), {})).toBe('exists');
    expect(others.rows('t', 't')).toBe(5);
  });

  it('name the object that somebody has cut', async () => {
    const store = newStore('d');
    const name = key('t', 0, 't-i0-p00000-000000.parquet');
    await store.putIfAbsent(name, body(3), {});
    await truncate(join(path, 'd', name), 40);
    await expect(lakeCounts(store).countExisting(['t'], never)).rejects.toThrow(`${name}: expected a Parquet object`);
  });
});
