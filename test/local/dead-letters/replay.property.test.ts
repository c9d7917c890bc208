import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { duckdbRowEncoder } from '../../../lib/adapters/duckdb/row-encoder.ts';
import { letterBatches } from '../../../lib/local/dead-letters/letter-batches.ts';
import { letterRelations } from '../../../lib/local/dead-letters/letter-relations.ts';
import { dataFolder } from '../../../lib/local/folder/data-folder.ts';
import { localLake } from '../../../lib/local/query/local-lake.ts';
import { query } from '../../../lib/local/query/query.ts';
import { amender } from '../../../lib/pipeline/replay/amender.ts';
import type { Fix } from '../../../lib/pipeline/replay/fix.ts';
import { replayer } from '../../../lib/pipeline/replay/replay.ts';
import { contracts } from '../../support/fixture-project.ts';
import { lakehouse } from '../../support/lakehouse.ts';
import { tablesOf } from '../../support/model-tables.ts';
import { type Random, random } from '../../support/random.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SEEDS = 3;
const START_MS = Date.UTC(2026, 0, 31, 9);
const HOUR_MS = 3_600_000;
const STREAMS = ['shop.purchases', 'shop.feedback'] as const;

type House = Awaited<ReturnType<typeof lakehouse>>;

interface Sent {
  readonly stream: string;
  readonly atMs: number;
  readonly kafkaPartition: number;
  readonly good: string;
  /** What is sent in its place, which no contract accepts and `repaired` turns back. */
  readonly bad: string | null;
}

function event(stream: string, at: number, choices: Random): object {
  const time = new Date(at - choices.below(2 * HOUR_MS)).toISOString();
  return stream === 'shop.purchases'
    ? { created_at: time, country: choices.pick(['Italy', 'Spain']), currency: 'EUR', amount: 1 + choices.below(500) }
    : {
        feedbackId: `f${choices.below(20)}`,
        customerId: 'c',
        productId: 'p',
        rating: 1 + choices.below(5),
        feedbackDate: time,
      };
}

function someEvents(seed: number): readonly Sent[] {
  const choices = random(seed);
  return Array.from({ length: 120 }, (_, index) => {
    const stream = choices.pick(STREAMS);
    const atMs = START_MS + Math.floor(index / 40) * HOUR_MS + index * 1000;
    const good = JSON.stringify(event(stream, atMs, choices));
    const wrong = good.replace(/"(amount|rating)":(\d+)/, '"$1":-$2');
    const bad = choices.chance(0.3) ? choices.pick([`x${good}`, wrong, null]) : null;
    return { stream, atMs, kafkaPartition: stream === 'shop.purchases' ? choices.below(2) : 0, good, bad };
  });
}

const repaired: Fix = (_, { payload }) => payload?.replace(/^x/, '').replace(/"(amount|rating)":-/, '"$1":');

async function houseWith(dir: string, events: readonly Sent[], textOf: (sent: Sent) => string): Promise<House> {
  const house = await lakehouse(dir);
  for (const sent of events) await house.produce(sent.stream, sent.atMs, [textOf(sent)], sent.kafkaPartition);
  await house.settle();
  expect((await house.refresh()).failures).toEqual([]);
  return house;
}

/** Replays letters of a stream, or of one hour of it. */
async function replay({ dir, deps }: House, stream: string, hour?: number): Promise<void> {
  const encoder = duckdbRowEncoder({ dir: join(dir, 'replay'), memoryMegabytes: 128, codec: 'snappy' });
  const amend = amender({ ...deps, encoder, newWriteId: randomUUID });
  const run = replayer({ contracts, catalog: deps.catalog, amend, refusals: async () => new Map(), fix: repaired });
  const at = hour === undefined ? {} : { from: { dt: '2026-01-31', hour }, to: { dt: '2026-01-31', hour } };
  const lake = lakeOf(dir);
  for await (const batch of letterBatches(lake, await letterRelations(lake, { stream, ...at }))) {
    expect((await run(batch)).left).toEqual([]);
  }
}

const lakeOf = (dir: string) => localLake(dataFolder(dir), contracts);

async function lakeRows(dir: string, stream: string): Promise<readonly string[]> {
  const { rows } = await query(lakeOf(dir), `select * from lake.${stream.replace('.', '_')}`);
  const lines: string[] = [];
  for await (const chunk of rows) lines.push(...chunk.map((row) => JSON.stringify(row)));
  return lines.sort();
}

describe('after a replay', () => {
  const seeds = Array.from({ length: SEEDS }, (_, seed) => [seed + 1]);
  it.each(seeds)(
    'every table and model is what it would be with good events from the start (seed %i)',
    async (seed) => {
      const [one, other] = [await temporaryFolder(), await temporaryFolder()];
      const events = someEvents(seed);
      const expected = await houseWith(other.path, events, ({ good }) => good);
      const house = await houseWith(one.path, events, ({ good, bad }) => bad ?? good);
      try {
        expect(await lakeRows(one.path, 'shop.purchases')).not.toEqual(await lakeRows(other.path, 'shop.purchases'));
        await replay(house, 'shop.purchases', 10);
        if (seed % 2 === 0) expect((await house.refresh()).failures).toEqual([]);
        await house.deliver('sink', { stream: 'shop.purchases', kafkaPartition: 0, from: 0, to: 30 });
        for (const stream of STREAMS) await replay(house, stream);
        expect((await house.refresh()).failures).toEqual([]);
        for (const stream of STREAMS)
          expect(await lakeRows(one.path, stream)).toEqual(await lakeRows(other.path, stream));
        expect(await tablesOf(house)).toEqual(await tablesOf(expected));
      } finally {
        for (const opened of [house, expected]) await opened.close();
        for (const folder of [one, other]) await folder.remove();
      }
    },
    120_000,
  );
});
