import { describe, expect, it } from 'vitest';
import { contract, integer, money, string, struct, timestamp } from '../../lib/contracts/contract.ts';
import type { Metrics } from '../../lib/contracts/metric.ts';
import { metricDefinitions } from '../../lib/derive/metric-definitions.ts';

const fields = {
  at: timestamp('When.'),
  countryCode: string('Where.'),
  amount: integer('How much.', { unit: 'EUR' }),
  price: money('Price.'),
};
const facts = { version: 1, description: 'A stream.', owner: 'tests', key: null } as const;
const base = contract({ ...facts, name: 'test.stream', eventTime: 'at', identity: 'position', fields });
const sales = { description: 'Sales.', unit: 'sales', by: ['countryCode'], count: true, sum: ['amount'] } as const;

const idOf = (metrics: Metrics, windowSeconds?: number) =>
  metricDefinitions({ ...base, metrics }, windowSeconds === undefined ? {} : { windowSeconds })[0]?.id;

describe('metric definitions', () => {
  it('say names, units and fields as the contract has them', () => {
    const [definition] = metricDefinitions({ ...base, metrics: { sales: { ...sales, max: ['price'] } } });
    expect(definition).toMatchObject({
      name: 'sales',
      stream: 'test.stream',
      unit: 'sales',
      by: [{ path: 'countryCode', type: { kind: 'string' } }],
      measures: [
        { name: 'count', op: 'count', field: null, unit: 'sales' },
        { name: 'sum_amount', op: 'sum', field: { path: 'amount' }, unit: 'EUR' },
        { name: 'max_price', op: 'max', field: { type: { kind: 'decimal', scale: 2 } }, unit: null },
      ],
      windowSeconds: null,
    });
  });

  it('have an id that changes with the meaning, and only with it', () => {
    const id = idOf({ sales });
    expect(id).toMatch(/^sales-[0-9a-f]{10}$/);
    expect(idOf({ sales: { ...sales, description: 'All sales.', unit: 'pieces' } })).toBe(id);
    expect(idOf({ sales: { ...sales, sum: ['price'] } })).not.toBe(id);
    expect(idOf({ sales: { ...sales, by: [] } })).not.toBe(id);
    expect(idOf({ sales: { ...sales, window: { seconds: 60 } } })).not.toBe(id);
  });

  it('take the deployment’s window length where the contract lets it', () => {
    const settable = { sales: { ...sales, window: { seconds: 60, settable: true } } } as const;
    const fixed = { sales: { ...sales, window: { seconds: 60 } } };
    expect(idOf(settable, 30)).not.toBe(idOf(settable));
    expect(idOf(fixed, 30)).toBe(idOf(fixed));
  });

  it('give each figure a name of its own', () => {
    const twins = contract({
      ...facts,
      name: 'test.twins',
      eventTime: 'at',
      identity: 'position',
      fields: { ...fields, part: struct({ price: money('Another.') }, 'Part.') },
      metrics: { twins: { description: 'Twins.', by: [], min: ['price', 'part.price'] } },
    });
    expect(() => metricDefinitions(twins)).toThrow('two figures are called min_price');
  });
});
