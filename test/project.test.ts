import { describe, expect, it } from 'vitest';
import { contract, string, timestamp } from '../lib/contracts/contract.ts';
import type { Generator } from '../lib/generators/generator.ts';
import { refinement } from '../lib/pipeline/refine/refinement.ts';
import { project } from '../lib/project.ts';

const declared = {
  version: 1,
  description: 'Made up.',
  owner: 'nobody',
  key: 'id',
  eventTime: 'at',
  identity: 'position',
  fields: { id: string('Id.'), at: timestamp('When.') },
} as const;
const orders = contract({ ...declared, name: 'orders' });
const returns = contract({ ...declared, name: 'returns' });
const large = contract({ ...declared, name: 'orders.large', refinedFrom: 'orders' });
const largeOrders = refinement({ from: orders, to: large, refine: (event) => [event] });
const metered = (name: string) =>
  contract({ ...declared, name, metrics: { totals: { description: 'Totals.', by: [], count: true } } });
const generatorOf = (stream: string): Generator => ({ stream, everyMs: [1, 1], generate: () => ({}) });

describe('a project', () => {
  it('is its streams, each a contract alone or with what comes with it', () => {
    const generator = generatorOf('orders');
    const made = project({
      streams: [{ contract: orders, generator }, returns, { contract: large, refinement: largeOrders }],
    });
    expect(made).toMatchObject({
      contracts: [orders, returns, large],
      generators: [generator],
      refinements: [largeOrders],
      modelsFolder: 'sql',
      deployments: [],
    });
  });

  it.each([
    ['no stream', [], /^streams: expected at least one stream, found none; add/],
    [
      'two of one name',
      [orders, contract({ ...declared, name: 'orders' })],
      /found orders twice; rename or remove one$/,
    ],
    [
      'two metrics of one name',
      [metered('orders'), { contract: metered('returns') }],
      /found totals in orders and returns; rename one$/,
    ],
    [
      'two whose tables have one name',
      [contract({ ...declared, name: 'new.orders' }), contract({ ...declared, name: 'new-orders' })],
      /found lake\.new_orders, which is that of new\.orders; rename one$/,
    ],
    [
      'a generator of another',
      [{ contract: orders, generator: generatorOf('returns') }],
      /^stream orders: .*of returns;/,
    ],
    [
      'a refinement that makes another',
      [{ contract: orders, refinement: largeOrders }],
      /^stream orders: .*orders\.large;/,
    ],
    [
      'a refined one without its refinement',
      [orders, large],
      /^stream orders\.large: .*from orders, found none; add it$/,
    ],
    [
      'a refined one without its source',
      [returns, { contract: large, refinement: largeOrders }],
      /^stream orders\.large: expected orders, which it is refined from, found returns, orders\.large; add that stream$/,
    ],
  ])('with %s is refused in one line', (_, streams, message) => {
    expect(() => project({ streams })).toThrow(message);
  });
});
