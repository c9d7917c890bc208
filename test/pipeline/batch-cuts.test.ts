import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DEAD_LETTERS, lakeTable } from '../../lib/derive/names.ts';
import { shopPurchases } from '../fixtures/lake/streams/shop.ts';
import { laptopSink, mskEvent, ONE_O_CLOCK } from '../support/laptop-sink.ts';

const RUNS = Number(process.env.FUZZ_RUNS ?? 25);

const value = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 2_000_000_000 }).map((amount) => purchase({ amount })) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 99 }).map((amount) => purchase({ amount, note: 'an extra field' })),
  },
  { weight: 1, arbitrary: fc.constant(purchase({ amount: 0 })) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 1, arbitrary: fc.constant(null) },
);

/** A topic's records: their values, and how long each came after the one before, sometimes hours. */
const topic = fc.array(fc.tuple(value, fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.constant(3_600_000))), {
  minLength: 1,
  maxLength: 30,
});

/** Deliveries: where each begins and how many records it has, of the topic's length. */
const deliveries = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 9 })), {
  maxLength: 12,
});

it('any cut of the batches, with any redeliveries before, gives the same rows and dead letters', async () => {
  await fc.assert(
    fc.asyncProperty(topic, deliveries, fc.integer({ min: 1, max: 7 }), async (records, redelivered, size) => {
      const timestamps = timestampsOf(records.map(([, gapMs]) => gapMs));
      const given = records.map(([payload], offset) => ({
        value: payload,
        offset,
        timestampMs: timestamps[offset] ?? 0,
      }));
      const cuts = [
        ...redelivered.map(([at, count]) => [Math.floor(at * (given.length - 1)), count] as const),
        ...given.flatMap((_, index) => (index % size === 0 ? [[index, size] as const] : [])),
      ];
      const once = await lakeAfter([given]);
      const cut = await lakeAfter(cuts.map(([start, count]) => given.slice(start, start + count)));
      expect(cut).toEqual(once);
      expect(once.rows.length + once.letters.length).toBe(given.length);
    }),
    { numRuns: RUNS },
  );
});

function purchase(changes: object): string {
  return JSON.stringify({ created_at: '2026-01-31T12:59:00Z', country: 'Italy', currency: 'EUR', ...changes });
}

function timestampsOf(gaps: readonly number[]): readonly number[] {
  let at = ONE_O_CLOCK;
  return gaps.map((gapMs) => {
    at += gapMs;
    return at;
  });
}

async function lakeAfter(batches: readonly Parameters<typeof mskEvent>[1][]) {
  const sink = await laptopSink();
  try {
    const handler = sink.newHandler();
    for (const batch of batches) await handler(mskEvent('shop.purchases', batch));
    return { rows: await sink.rows(lakeTable(shopPurchases)), letters: await sink.rows(DEAD_LETTERS) };
  } finally {
    await sink.remove();
  }
}
