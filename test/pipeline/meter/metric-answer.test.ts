import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metricDefinitions } from '../../../lib/derive/metric-definitions.ts';
import { compareNames } from '../../../lib/pipeline/meter/merged-entries.ts';
import { meter } from '../../../lib/pipeline/meter/meter.ts';
import { answerMetric, latestWindows, type MetricAnswer } from '../../../lib/pipeline/meter/metric-answer.ts';
import { shopPurchases } from '../../fixtures/lake/streams/shop.ts';
import { memoryMetricStore } from '../../support/memory-metric-store.ts';
import { batchOf, type MeteredRecord } from '../../support/metered.ts';

const NOW_MS = Date.UTC(2026, 0, 31, 11);
const definitions = metricDefinitions(shopPurchases);
const asked = (name: string) => {
  const definition = definitions.find((one) => one.name === name);
  if (definition === undefined) throw new Error(`no metric ${name}`);
  return { definition, allowedLatenessSeconds: shopPurchases.allowedLatenessSeconds };
};

const purchase = (country: string, amount: number, at: string): MeteredRecord => ({
  value: JSON.stringify({ created_at: at, country, currency: 'EUR', amount }),
  timestampMs: NOW_MS,
});

async function counted(kafkaPartitions: readonly (readonly MeteredRecord[])[], windowRetentionSeconds = 48 * 3600) {
  const store = memoryMetricStore();
  const count = meter({ store, definitionsOf: () => definitions, windowRetentionSeconds });
  for (const [kafkaPartition, records] of kafkaPartitions.entries()) {
    await count(batchOf(shopPurchases, records, { kafkaPartition }));
  }
  return store;
}

const example = [
  [
    purchase('Germany', 100, '2026-01-31 10:45:05'),
    purchase('Germany', 250, '2026-01-31 10:45:59'),
    purchase('Germany', 40, '2026-01-31 10:46:00'),
  ],
  [purchase('Italy', 70, '2026-01-31 10:45:30')],
];

const short = ({ data }: MetricAnswer) =>
  data.map(({ group, values, window }) => [
    window?.start.slice(11, 16),
    ...Object.values(group),
    ...Object.values(values),
  ]);
const answer = async (...question: Parameters<typeof answerMetric>) => {
  const found = await answerMetric(...question);
  if ('invalid' in found) throw new Error(found.detail);
  return found;
};

describe('a metric is answered', () => {
  it('with how many events came when their window was no longer kept, of all kafka partitions', async () => {
    const late = [purchase('Italy', 1, '2026-01-31 10:45:00'), purchase('Italy', 2, '2026-01-31 08:00:00')];
    const store = await counted([late, [...late, ...late.slice(1)]], 3600);
    expect((await answer(store, asked('purchase_windows'), { limit: 10 })).expired).toBe(3);
  });

  it('by window and group, over all kafka partitions', async () => {
    const store = await counted(example);
    const found = await answer(store, asked('purchase_windows'), { limit: 10 });
    expect(found).toMatchObject({
      name: 'purchase_windows',
      unit: 'purchases',
      as_of: '2026-01-31T11:00:00.000Z',
      complete: true,
      expired: 0,
      count: 3,
      next: null,
    });
    expect(found.data[0]).toEqual({
      group: { country: 'Germany' },
      values: { count: 2, sum_amount: 350 },
      window: { start: '2026-01-31T10:45:00Z', end: '2026-01-31T10:46:00Z', closed: false },
    });
    expect(short(found)).toEqual([
      ['10:45', 'Germany', 2, 350],
      ['10:45', 'Italy', 1, 70],
      ['10:46', 'Germany', 1, 40],
    ]);
    expect((await latestWindows(store, asked('purchase_windows'))).map(({ values }) => values.sum_amount)).toEqual([
      40, 70,
    ]);
  });

  it('with one group from several kafka partitions merged to one', async () => {
    const store = await counted([[purchase('Italy', 1, '2026-01-31 10:45:05')], example[1] ?? []]);
    expect(short(await answer(store, asked('purchase_windows'), { limit: 10 }))).toEqual([['10:45', 'Italy', 2, 71]]);
    expect(await answer(store, asked('purchases'), { limit: 10 })).toMatchObject({
      count: 1,
      data: [{ group: {}, values: { count: 2 } }],
    });
  });

  it('with a window closed when the stream’s event time has passed its end by the allowed lateness', async () => {
    const closing = async (at: string) => {
      const store = await counted([example[0] ?? [], [purchase('Spain', 1, at)]]);
      const { data } = await answer(store, asked('purchase_windows'), { limit: 10 });
      return data.map(({ window }) => window?.closed);
    };
    expect(await closing('2026-01-31 10:47:59.999999')).toEqual([false, false, false]);
    expect(await closing('2026-01-31 10:48:00')).toEqual([true, false, false]);
  });

  it('without windows that the stream has left, though a quiet kafka partition holds them', async () => {
    const store = await counted([
      [purchase('Italy', 1, '2026-01-28 10:00:00')],
      [purchase('Spain', 2, '2026-01-31 10:00:00')],
    ]);
    expect(short(await answer(store, asked('purchase_windows'), { limit: 10 }))).toEqual([['10:00', 'Spain', 1, 2]]);
    expect(await answer(store, asked('purchases'), { limit: 1 })).toMatchObject({ data: [{ values: { count: 2 } }] });
  });

  it('by an empty store with no rows', async () => {
    const empty = { as_of: null, complete: true, count: 0, next: null, data: [] };
    expect(await answer(memoryMetricStore(), asked('purchase_windows'), { limit: 10 })).toMatchObject(empty);
    expect(await latestWindows(memoryMetricStore(), asked('purchase_windows'))).toEqual([]);
  });

  it('for chosen windows and groups', async () => {
    const store = await counted(example);
    const at = (time: string) => Date.parse(`2026-01-31T${time}Z`) / 1000;
    const metric = asked('purchase_windows');
    const where = { country: 'Germany' };
    expect(short(await answer(store, metric, { limit: 10, where }))).toHaveLength(2);
    expect(short(await answer(store, metric, { limit: 10, where, fromSeconds: at('10:46:00') }))).toEqual([
      ['10:46', 'Germany', 1, 40],
    ]);
    expect((await answer(store, metric, { limit: 1, toSeconds: at('10:46:00') })).count).toBe(2);
  });

  it('as incomplete while something before is not counted', async () => {
    const store = memoryMetricStore();
    const count = meter({ store, definitionsOf: () => definitions, windowRetentionSeconds: 3600 });
    await count(batchOf(shopPurchases, example[0] ?? [], { from: 1 }));
    expect(await answer(store, asked('purchases'), { limit: 1 })).toMatchObject({ complete: false });
  });
});

describe('pages', () => {
  it('hold every row once, in the order of the groups, with the exact count on each', async () => {
    const names = fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), {
      minLength: 1,
      maxLength: 25,
    });
    await fc.assert(
      fc.asyncProperty(names, fc.integer({ min: 1, max: 7 }), async (countries, limit) => {
        const records = countries.map((country) => purchase(country.replaceAll('\0', '0'), 1, '2026-01-31 10:45:00'));
        const store = await counted([records, records.slice(0, 5)]);
        const rows: unknown[] = [];
        let next: string | null = null;
        do {
          const page: MetricAnswer = await answer(store, asked('purchase_windows'), {
            limit,
            ...(next === null ? {} : { next }),
          });
          expect(page.count).toBe(new Set(records.map(({ value }) => value)).size);
          rows.push(...page.data.map(({ group }) => group.country));
          next = page.next;
        } while (next !== null);
        expect(rows).toHaveLength(new Set(rows).size);
        expect(new Set(rows)).toEqual(new Set(records.map(({ value }) => JSON.parse(value ?? '').country)));
      }),
      { numRuns: 50 },
    );
  });

  it('refuse a token of another metric or no token, fields that are none, and windows that end before they start', async () => {
    const store = await counted(example);
    const { next } = await answer(store, asked('purchase_windows'), { limit: 1 });
    const refused = async (name: string, question: object) =>
      answerMetric(store, asked(name), { limit: 1, ...question }).then((found) =>
        'invalid' in found ? found.invalid : null,
      );
    expect(await refused('purchase_windows_by_currency', { next })).toBe('next');
    for (const token of ['', 'x', 'bnVsbA', Buffer.from('{}').toString('base64url')]) {
      expect(await refused('purchase_windows', { next: token })).toBe('next');
    }
    expect(await refused('purchase_windows', { where: { town: 'Rome' } })).toBe('where');
    expect(await refused('purchase_windows', { fromSeconds: 2, toSeconds: 1 })).toBe('window');
    expect(await refused('purchases', { fromSeconds: 1 })).toBe('window');
    expect(await refused('purchase_windows', { next })).toBeNull();
  });
});

it('names compare as their UTF-8 does', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'ä', 'ﬀ', '\u{1f600}', '\ud7ff', '\ue000'), maxLength: 4 });
  fc.assert(
    fc.property(text, text, (one, other) => {
      const expected = Buffer.compare(Buffer.from(one), Buffer.from(other));
      expect(Math.sign(compareNames(one, other))).toBe(expected);
    }),
  );
});
