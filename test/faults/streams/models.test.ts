import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { byHash } from '../../../lib/pipeline/transform/found-rows.ts';
import { hoursBetween, parseHour } from '../../../lib/pipeline/transform/hours.ts';
import { lakehouse } from '../../support/lakehouse.ts';
import { tablesOf } from '../../support/model-tables.ts';
import { type Random, random } from '../../support/random.ts';
import { shipped } from '../../support/shipped.ts';
import { produceShopDay, SHOP_HOURS } from '../../support/shop-day.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const EVENTS_AN_HOUR = 80;
const KILLS = 30;
const SEED = Number(process.env.SHOP_SEED ?? 20260131);
const ROOT = join(import.meta.dirname, '../../..');

const hours = hoursBetween(parseHour(SHOP_HOURS.from, Date.now()), parseHour(SHOP_HOURS.to, Date.now()));

type House = Awaited<ReturnType<typeof lakehouse>>;

describe(`the tables of the models are those of one clean run (seed ${SEED})`, () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let expected: ReadonlyMap<string, readonly string[]>;
  let folders = 0;
  const choices: Random = random(SEED);

  /** A lakehouse over a copy of the clean run's lake, without its warehouse. */
  const fresh = async (): Promise<House> => {
    const dir = join(folder.path, `again-${folders++}`);
    for (const part of ['lake', 'catalog'])
      await cp(join(folder.path, 'clean', part), join(dir, part), { recursive: true });
    return lakehouse(dir, {}, shipped);
  };

  const expectSame = async (house: House) => {
    const found = await tablesOf(house);
    for (const [name, rows] of expected) expect(found.get(name), name).toEqual(rows);
    // A row whose hash is not that of its key would not be found again.
    for (const model of house.deps.graph.models.filter(({ kept }) => kept === 'merge')) {
      const { name, value } = byHash.column;
      const sql = `select count(*) as n from ${model.name} where ${name} is distinct from ${value(model)}`;
      expect(await house.rows(sql), model.name).toEqual([{ n: '0' }]);
    }
    await house.close();
  };

  const backfill = (house: House, ...more: readonly string[]): ChildProcess => {
    const command = ['backfill', '--from', SHOP_HOURS.from, '--to', SHOP_HOURS.to, '--data-dir', house.dir, ...more];
    return spawn(process.execPath, ['--import', 'tsx', 'bin/weir.ts', ...command], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  };

  const ended = async (child: ChildProcess): Promise<string> => {
    let output = '';
    child.stdout?.on('data', (text) => {
      output += text;
    });
    child.stderr?.on('data', (text) => {
      output += text;
    });
    const [code] = await once(child, 'exit');
    return `${code}: ${output}`;
  };

  beforeAll(async () => {
    folder = await temporaryFolder();
    const house = await lakehouse(join(folder.path, 'clean'), {}, shipped);
    await produceShopDay(house, SEED, EVENTS_AN_HOUR, shipped.generators);
    await house.settle();
    expect(await house.refresh({ hours })).toMatchObject({ hours: hours.length, failures: [], stopped: 0 });
    expected = await tablesOf(house);
    for (const [name, rows] of expected) expect(rows.length, name).toBeGreaterThan(0);
    await house.close();
  });
  afterAll(() => folder.remove());

  it('after redelivery in other cuts, with refreshes in between', async () => {
    const house = await lakehouse(join(folder.path, 'recut'), {}, shipped);
    await produceShopDay(house, SEED, EVENTS_AN_HOUR, shipped.generators);
    const refined = new Set(['chat.rooms', 'search.raw']);
    for (const step of ['refine', 'sink'] as const) {
      for (const [stream, logs] of house.topics) {
        if (step === 'refine' && !refined.has(stream)) continue;
        for (const [kafkaPartition, log] of logs.entries()) {
          for (let from = 0; from < log.length; ) {
            const to = Math.min(log.length, from + 1 + choices.below(150));
            await house.deliver(step, { stream, kafkaPartition, from, to });
            from = choices.chance(0.4) ? Math.max(0, to - choices.below(60)) : to;
          }
        }
        if (step === 'sink' && choices.chance(0.3)) await house.refresh({ hours });
      }
    }
    expect(await house.refresh({ hours })).toMatchObject({ failures: [], stopped: 0 });
    await expectSame(house);
  });

  it('after hours in random order, some of them again', async () => {
    const house = await fresh();
    const order = [...hours, ...hours, ...hours].map((hour) => ({ hour, at: choices.next() }));
    for (const { hour } of order.sort((left, right) => left.at - right.at)) {
      expect(await house.refresh({ hours: [hour], again: choices.chance(0.5) })).toMatchObject({ failures: [] });
    }
    await expectSame(house);
  });

  it('after two runners at once, in one process and in two', async () => {
    const house = await fresh();
    const other = await lakehouse(house.dir, {}, shipped);
    const both = [house.refresh({ hours, again: true }), house.refresh({ hours: hours.toReversed(), again: true })];
    for (const counts of await Promise.all(both)) expect(counts.failures).toEqual([]);
    await house.close();
    const outputs = await Promise.all([ended(backfill(house, '--again')), ended(backfill(house, '--again'))]);
    for (const output of outputs) expect(output).toMatch(/^0: /);
    await expectSame(other);
  });

  it(`after ${KILLS} runners were killed at random moments`, async () => {
    const house = await fresh();
    const startedMs = Date.now();
    expect(await ended(backfill(await fresh()))).toMatch(/^0: /);
    const wholeMs = Date.now() - startedMs;
    let killed = 0;
    while (killed < KILLS) {
      const child = backfill(house, ...(choices.chance(0.5) ? ['--again'] : []));
      const end = once(child, 'exit');
      setTimeout(() => child.kill('SIGKILL'), wholeMs * (0.2 + 0.8 * choices.next()));
      const [, signal] = await end;
      if (signal === 'SIGKILL') killed++;
    }
    expect(await ended(backfill(house))).toMatch(/^0: /);
    await expectSame(house);
  });
});
