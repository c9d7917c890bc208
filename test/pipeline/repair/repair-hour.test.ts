import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalogTables, lakeTable } from '../../../lib/derive/names.ts';
import { partitionLocation } from '../../../lib/derive/table-partition.ts';
import { begunKey } from '../../../lib/pipeline/generation.ts';
import type { ObjectStore } from '../../../lib/pipeline/ports.ts';
import { shopPurchases } from '../../fixtures/lake/streams/shop.ts';
import { laptopCompactor } from '../../support/compactor.ts';
import { crashAtEveryEffect } from '../../support/every-effect.ts';

const hour = { dt: '2026-01-31', hour: 13 };
const purchases = lakeTable(shopPurchases);
const alsoKnown = { ...shopPurchases, alsoKnownAs: ['other.purchases'] };

type Lake = Awaited<ReturnType<typeof laptopCompactor>>;

let lake: Lake;
beforeEach(async () => {
  lake = await laptopCompactor();
  await lake.take(0, 4);
  await lake.take(4, 4);
});
afterEach(() => lake.sink.remove());

const forget = ({ sink }: Lake) => rm(join(sink.folder, 'catalog', 'lake', 'shop_purchases'), { recursive: true });
const locations = ({ sink }: Lake) =>
  Promise.all(catalogTables(alsoKnown).map(async (name) => (await sink.catalog.partition(name, hour))?.location));
const begin = ({ sink }: Lake) => sink.store.putIfAbsent(begunKey(purchases, hour, 1), Buffer.from('{}'), {});

/** The ports of the lake, which die at one of their effects. */
function dyingPorts({ ports }: Lake, dying: <R>(effect: () => Promise<R>) => Promise<R>) {
  const { store, catalog, parts } = ports;
  return {
    store: {
      ...store,
      putIfAbsent: (...put: Parameters<ObjectStore['putIfAbsent']>) => dying(() => store.putIfAbsent(...put)),
    },
    catalog: {
      ...catalog,
      register: (...to: Parameters<typeof catalog.register>) => dying(() => catalog.register(...to)),
    },
    parts: { ...parts, write: (part: Parameters<typeof parts.write>[0]) => dying(() => parts.write(part)) },
  };
}

describe('the repair of an hour', () => {
  it('registers it under every name, and leaves what is registered alone', async () => {
    await forget(lake);
    await lake.repair(hour, { contract: alsoKnown });
    const first = partitionLocation(purchases, hour, 0);
    expect(await locations(lake)).toEqual([first, first]);
    const writes: string[] = [];
    const noted = <R>(effect: () => Promise<R>) => {
      writes.push('an effect');
      return effect();
    };
    await lake.repair(hour, { contract: alsoKnown, ports: dyingPorts(lake, noted) });
    expect(writes).toEqual([]);
  });

  it('registers it where its newest complete generation is, not where it was', async () => {
    await lake.compact();
    await forget(lake);
    await lake.repair(hour, { contract: alsoKnown });
    const second = partitionLocation(purchases, hour, 1);
    expect(await locations(lake)).toEqual([second, second]);
    expect(await lake.sink.rows(purchases)).toHaveLength(6);
  });

  it('finishes a compaction that has begun, without deleting the generation before', async () => {
    await begin(lake);
    await lake.repair(hour, { contract: alsoKnown });
    const second = partitionLocation(purchases, hour, 1);
    expect(await locations(lake)).toEqual([second, second]);
    expect(await lake.sink.store.list(partitionLocation(purchases, hour, 0))).not.toEqual([]);
  });

  it('names what keeps it from being finished', async () => {
    await begin(lake);
    const [lost] = await lake.sink.store.list(partitionLocation(purchases, hour, 0));
    await rm(join(lake.sink.folder, 'lake', lost as string));
    await expect(lake.repair(hour)).rejects.toThrow(String(lost));
  });

  it('continues after a crash at any of its effects', async () => {
    const crashes = await crashAtEveryEffect(async ({ dying }) => {
      const one = await laptopCompactor();
      try {
        await one.take(0, 4);
        await one.take(4, 4);
        await begin(one);
        await forget(one);
        await one.repair(hour, { contract: alsoKnown, ports: dyingPorts(one, dying) }).catch(() => undefined);
        await one.repair(hour, { contract: alsoKnown });
        const second = partitionLocation(purchases, hour, 1);
        expect(await locations(one)).toEqual([second, second]);
        expect(await one.sink.rows(purchases)).toHaveLength(6);
      } finally {
        await one.sink.remove();
      }
    });
    expect(crashes).toBeGreaterThan(10);
  });
});
