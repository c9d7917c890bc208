import { watch } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFolder, WAREHOUSE_FILE } from '../../lib/local/folder/data-folder.ts';
import { lakehouse } from '../support/lakehouse.ts';
import { tablesOf } from '../support/model-tables.ts';
import { random } from '../support/random.ts';
import { produceShopDay } from '../support/shop-day.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startWeir, type WeirProcess } from '../support/weir-process.ts';

const EVENTS_AN_HOUR = 20;
const KILLS = 10;
const KILLS_AT_THE_END = 3;
const SEED = Number(process.env.SHOP_SEED ?? 20260131);

/** With another length than that of the tables that are there: which is which can be seen. */
const rebuild = (dir: string): WeirProcess => startWeir(['rebuild', '--window-seconds', '300', '--data-dir', dir]);

type Tables = Awaited<ReturnType<typeof tablesOf>>;

describe(`a rebuild that is killed (seed ${SEED})`, () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let oldTables: Tables;
  let newTables: Tables;
  let wholeMs = 0;
  const at = (name: string) => join(folder.path, name);

  /** Opened as whoever comes next would open them. */
  const tablesIn = async (dir: string): Promise<Tables> => {
    const house = await lakehouse(dir);
    try {
      return await tablesOf(house);
    } finally {
      await house.close();
    }
  };

  beforeAll(async () => {
    folder = await temporaryFolder();
    const house = await lakehouse(at('old'));
    await produceShopDay(house, SEED, EVENTS_AN_HOUR);
    await house.settle();
    expect(await house.refresh()).toMatchObject({ failures: [] });
    oldTables = await tablesOf(house);
    // As a run leaves it that is killed: what it did is in the log beside the file.
    await cp(at('old'), at('as-killed'), { recursive: true });
    await house.close();
    await cp(at('old'), at('new'), { recursive: true });
    const startedMs = Date.now();
    expect(await rebuild(at('new')).ended).toBe(0);
    wholeMs = Date.now() - startedMs;
    newTables = await tablesIn(at('new'));
    expect(newTables).not.toEqual(oldTables);
  });
  afterAll(() => folder.remove());

  it(`${KILLS} times, at any moment, leaves the old tables, and the next one ends with the new ones`, async () => {
    const choices = random(SEED);
    await cp(at('old'), at('killed'), { recursive: true });
    for (let killed = 0; killed < KILLS; killed++) {
      const running = rebuild(at('killed'));
      await sleep(wholeMs * 0.9 * choices.next());
      running.kill('SIGKILL');
      await running.ended;
      const found = await tablesIn(at('killed'));
      expect([oldTables, newTables]).toContainEqual(found);
    }
    expect(await rebuild(at('killed')).ended).toBe(0);
    expect(await tablesIn(at('killed'))).toEqual(newTables);
  });

  it(`as its tables take their place, leaves them, unmixed with what a killed run had left (${KILLS_AT_THE_END} times)`, async () => {
    for (let killed = 0; killed < KILLS_AT_THE_END; killed++) {
      await rm(at('replaced'), { recursive: true, force: true });
      await cp(at('as-killed'), at('replaced'), { recursive: true });
      const { warehouse } = dataFolder(at('replaced'));
      const running = rebuild(at('replaced'));
      const placed = new AbortController();
      watch(warehouse, { signal: placed.signal }, (event, name) => {
        if (event === 'rename' && name === WAREHOUSE_FILE) running.kill('SIGKILL');
      });
      await running.ended;
      placed.abort();
      expect(await tablesIn(at('replaced'))).toEqual(newTables);
    }
  });
});
