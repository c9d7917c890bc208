import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bigintOrText, contract, integer, money, string, timestamp } from '../../../lib/contracts/contract.ts';
import { metricDefinitions } from '../../../lib/derive/metric-definitions.ts';
import { mergeValues } from '../../../lib/pipeline/meter/entry-values.ts';
import { fold, mergesOf } from '../../../lib/pipeline/meter/fold.ts';
import type { MetricEntry } from '../../../lib/pipeline/metric-store.ts';
import { eventColumns } from '../../support/event-columns.ts';

const measured = { count: true, sum: ['amount', 'total'], min: ['amount', 'total'], max: ['amount', 'at'] } as const;
const metered = contract({
  name: 'test.metered',
  version: 1,
  description: 'Amounts of every size.',
  owner: 'tests',
  key: null,
  eventTime: 'at',
  identity: 'position',
  fields: {
    at: timestamp('When.'),
    country: string('Where.', { nullable: true }),
    size: integer('How large.'),
    amount: money('How much.', { nullable: true }),
    total: bigintOrText('Up to 64 bits.'),
  },
  metrics: {
    all: { description: 'All.', by: [], ...measured },
    groups: { description: 'By country and size.', by: ['country', 'size'], ...measured },
    windows: { description: 'By country and minute.', by: ['country'], window: { seconds: 60 }, ...measured },
  },
});

const twoDigits = (value: number) => String(value).padStart(2, '0');
const events = fc.array(
  fc
    .record({
      second: fc.nat(300),
      country: fc.constantFrom('Italy', 'null', null),
      size: fc.constantFrom(-1, 0, 10),
      cents: fc.option(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n })),
      total: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    })
    .map(({ second, country, size, cents, total }) => {
      const eventTime = `2026-01-31 13:${twoDigits(Math.floor(second / 60))}:${twoDigits(second % 60)}.000001`;
      const amount = cents === null ? null : decimalOf(cents);
      return { eventTime, event: { at: eventTime, country, size, amount, total: String(total) } };
    }),
  { maxLength: 30 },
);

function decimalOf(cents: bigint): string {
  const digits = String(cents < 0n ? -cents : cents).padStart(3, '0');
  return `${cents < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

const byName = (entries: readonly MetricEntry[]) => new Map(entries.map(({ name, values }) => [name, values]));

it('events folded at once, or one by one in any order and merged, give the same exact figures', () => {
  fc.assert(
    fc.property(events, fc.infiniteStream(fc.nat()), (all, order) => {
      const shuffled = all.map((event) => ({ event, at: order.next().value })).sort((a, b) => a.at - b.at);
      for (const definition of metricDefinitions(metered)) {
        const merged = new Map<string, readonly (bigint | null)[]>();
        for (const { event } of shuffled) {
          for (const { name, values } of fold(definition, eventColumns([event], definition), 0).entries) {
            const before = merged.get(name);
            merged.set(name, before === undefined ? values : mergeValues(mergesOf(definition), before, values));
          }
        }
        expect(byName(fold(definition, eventColumns(all, definition), 0).entries)).toEqual(merged);
      }
    }),
  );
});

it('a sum is exact beyond what a double holds', () => {
  const [all] = metricDefinitions(metered);
  if (all === undefined) throw new Error('expected the metric');
  const total = String(2n ** 62n + 1n);
  const event = { at: '2026-01-31 13:00:00.000000', country: null, size: 1, amount: '9999999999.99', total };
  const thrice = Array.from({ length: 3 }, () => ({ event, eventTime: event.at }));
  const { entries } = fold(all, eventColumns(thrice, all), 0);
  const microseconds = BigInt(Date.parse('2026-01-31T13:00:00Z')) * 1000n;
  const once = 2n ** 62n + 1n;
  expect(entries[0]?.values).toEqual([
    3n,
    2_999_999_999_997n,
    once * 3n,
    999_999_999_999n,
    once,
    999_999_999_999n,
    microseconds,
  ]);
});
