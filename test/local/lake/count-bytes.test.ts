import { expect, it } from 'vitest';
import { countBytes } from '../../../lib/local/lake/count-bytes.ts';
import { hourObjects } from '../../../lib/local/lake/hour-objects.ts';
import { ObjectNotFoundError } from '../../../lib/pipeline/ports.ts';

const TABLE = { database: 'lake', table: 'orders' };
const HOUR = { dt: '2026-01-31', hour: 13 };
const at = (generation: number, name: string) => `orders/dt=2026-01-31/hour=13/g=${generation}/${name}.parquet`;

/** A store of objects of 10 bytes, and the keys whose sizes were asked for. */
function storeOf(...keys: string[]) {
  const objects = new Set(keys);
  const asked: string[] = [];
  const store = {
    list: async () => [...objects].sort(),
    async readTail(key: string) {
      asked.push(key);
      if (!objects.has(key)) throw new ObjectNotFoundError(key);
      return { bytes: new Uint8Array(), sizeBytes: 10, metadata: {} };
    },
  };
  return { objects, asked, store, look: () => hourObjects(store, TABLE, HOUR) };
}

it('only the sizes of new objects are read, of whichever chain they are', async () => {
  const { objects, asked, store, look } = storeOf(at(0, 'orders-i0-p00000-000000'), at(0, 'orders-i0-p00001-000000'));
  const first = await countBytes(store, await look());
  objects.add(at(0, 'orders-i0-p00000-000001'));
  objects.add(at(0, 'other-i0-p00000-000000'));
  const second = await countBytes(store, await look(), first);
  expect([first.bytes, second.bytes]).toEqual([20, 40]);
  expect(asked.slice(2)).toEqual([at(0, 'orders-i0-p00000-000001'), at(0, 'other-i0-p00000-000000')]);
  await countBytes(store, await look(), second);
  expect(asked.length).toBe(4);
});

it('a new generation is counted from the beginning, with all of its parts', async () => {
  const { objects, store, look } = storeOf(at(0, 'orders-i0-p00000-000000'));
  const before = await countBytes(store, await look());
  objects.add(at(1, 'compact-0001'));
  objects.add(at(1, 'compact'));
  objects.add(at(1, 'orders-i0-p00000-000001'));
  const after = await countBytes(store, await look(), before);
  expect(after).toMatchObject({ generation: 1, bytes: 30 });
});

it('an object that is deleted meanwhile makes the sum unknown, until the next look', async () => {
  const { objects, store, look } = storeOf(at(0, 'orders-i0-p00000-000000'));
  const listed = await look();
  objects.clear();
  const gone = await countBytes(store, listed);
  expect(gone.bytes).toBeNull();
  objects.add(at(0, 'orders-i0-p00000-000000'));
  expect((await countBytes(store, await look(), gone)).bytes).toBe(10);
});
