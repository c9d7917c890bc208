import { join } from 'node:path';
import { duckdbRowPositions } from '../../lib/adapters/duckdb/row-positions.ts';
import type { Contract } from '../../lib/contracts/contract.ts';
import { audit } from '../../lib/pipeline/audit/audit.ts';
import { amender } from '../../lib/pipeline/replay/amender.ts';
import { shopPurchases } from '../fixtures/lake/streams/shop.ts';
import { HOUR_MS, type laptopCompactor } from './compactor.ts';
import { ONE_O_CLOCK } from './laptop-sink.ts';
import { random } from './random.ts';

type Lake = Awaited<ReturnType<typeof laptopCompactor>>;

/** The findings of an audit of the lake. Nothing else runs, so the audit does not wait before its second check. */
export async function auditOf(
  { sink: { folder, store, catalog } }: Lake,
  contracts: readonly Contract[] = [shopPurchases],
  stream?: string,
) {
  const rows = duckdbRowPositions({ lakeDir: join(folder, 'lake'), memoryMegabytes: 128 });
  const ports = { store, catalog, rows, clock: { sleep: async () => undefined } };
  return (await audit(ports, { contracts, ...(stream && { stream }) })).findings;
}

const event = JSON.stringify({ created_at: '2025-01-31T12:59:00Z', country: 'Italy', currency: 'EUR', amount: 9 });

/** Replays the rejected records among these offsets of kafka partition 0, in the first hour. */
export async function amendPurchases(lake: Lake, offsets: readonly number[]): Promise<void> {
  const records = offsets.map((offset) => ({
    offset,
    timestamp: ONE_O_CLOCK,
    timestampType: 'LOG_APPEND_TIME' as const,
    value: Buffer.from(event).toString('base64'),
  }));
  const stream = { topic: shopPurchases.name, contract: shopPurchases, incarnation: 0 };
  const amend = amender({ ...lake.ports, catalog: lake.sink.catalog });
  await amend({ stream, kafkaPartition: 0, hour: { dt: '2026-01-31', hour: 13 }, records });
}

const STEPS = 8;

/** Two hours of purchases; the seed determines the order of batches, redeliveries, replays and compactions. */
export async function honestHours(lake: Lake, seed: number): Promise<void> {
  const choices = random(seed);
  const taken: { from: number; count: number; kafkaPartition: number; timestampMs: number }[] = [];
  const next = [0, 0];
  for (let step = 0; step < STEPS; step++) {
    const kafkaPartition = choices.below(2);
    const from = next[kafkaPartition] ?? 0;
    const timestampMs = ONE_O_CLOCK + choices.below(2) * HOUR_MS;
    const one = { from, count: 1 + choices.below(12), kafkaPartition, timestampMs };
    taken.push(one);
    next[kafkaPartition] = from + one.count;
    for (const batch of choices.chance(0.3) ? [one, choices.pick(taken)] : [one]) {
      await lake.take(batch.from, batch.count, batch);
    }
    if (choices.chance(0.4)) {
      await amendPurchases(
        lake,
        [3, 7, 11, 15].filter(() => choices.chance(0.5)),
      );
    }
    if (choices.chance(0.3)) {
      await lake.clock.advance(2 * HOUR_MS);
      const { failures } = await lake.compact();
      if (failures.length > 0) throw new Error(failures.map(({ message }) => message).join('; '));
    }
  }
}
