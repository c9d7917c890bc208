import { describe, expect, it } from 'vitest';
import { contract, integer, string, timestamp } from '../../lib/contracts/contract.ts';
import { type DeclaredRoute, type MetricView, routeFault } from '../../lib/derive/declared-routes.ts';
import { metricDefinitions } from '../../lib/derive/metric-definitions.ts';

const definitions = metricDefinitions(
  contract({
    name: 'orders',
    version: 1,
    description: 'Made up.',
    owner: 'nobody',
    key: 'id',
    eventTime: 'at',
    identity: 'position',
    fields: {
      id: string('Id.'),
      at: timestamp('When.'),
      from: string('Account.'),
      note: string('Note.', { nullable: true }),
      amount: integer('Amount.'),
    },
    metrics: {
      orders: { description: 'Orders.', by: [], count: true },
      largest: { description: 'Largest.', by: [], max: ['amount'] },
      by_id: { description: 'By id.', by: ['id'], count: true },
      by_note: { description: 'By note.', by: ['note'], count: true },
      by_both: { description: 'By both.', by: ['id', 'note'], min: ['amount'] },
      two_figures: { description: 'Two figures.', by: ['id'], count: true, sum: ['amount'] },
      windows: { description: 'Windows.', by: ['id'], count: true, sum: ['amount'], window: { seconds: 60 } },
      by_from: { description: 'By from.', by: ['from'], count: true, window: { seconds: 60 } },
    },
  }),
);

const byId: MetricView = { shape: 'byKey', metric: 'by_id' };
const route = (path: string, view: MetricView = byId, others: Partial<DeclaredRoute> = {}): DeclaredRoute => ({
  path,
  summary: 'Made up',
  view,
  ...others,
});
const choice = (parameter: string, views: Record<string, MetricView>): Partial<DeclaredRoute> => ({
  choice: { parameter, description: 'Made up.', views },
});
const sum = { amount: 'sum_amount' };

describe('declared routes', () => {
  it('of every shape can be answered', () => {
    const routes = [
      route('/ids', byId, choice('view', { minima: { shape: 'nested', metric: 'by_both' } })),
      route('/orders/windows', { shape: 'windows', metric: 'windows', figures: { ...sum, orders: 'count' } }),
      route('/orders/latest', { shape: 'latest', metric: 'windows', figures: sum, descending: 'amount' }),
      route('/orders/count', { shape: 'total', metric: 'orders' }),
    ];
    expect(routeFault(routes, definitions)).toBeUndefined();
  });

  it.each<[string, DeclaredRoute[], string]>([
    ['a path that is none', [route('orders')], 'expected a path'],
    ['a path of upper-case letters', [route('/Orders')], 'expected a path'],
    ['a path that is the API’s own', [route('/metrics/mine')], '/metrics is the API’s own'],
    ['a path below /api', [route('/api')], '/api is the API’s own'],
    ['two of one path', [route('/ids'), route('/ids')], 'expected once, found twice'],
    ['a metric that nobody declares', [route('/ids', { shape: 'byKey', metric: 'sales' })], 'found sales'],
    ['keys of two fields', [route('/ids', { shape: 'byKey', metric: 'by_both' })], 'found one by 2'],
    ['keys that may be null', [route('/ids', { shape: 'byKey', metric: 'by_note' })], 'never null'],
    ['two figures where one has room', [route('/ids', { shape: 'byKey', metric: 'two_figures' })], 'found 2'],
    ['windows of all time', [route('/w', { shape: 'windows', metric: 'by_id', figures: {} })], 'of all time'],
    ['all time of windows', [route('/ids', { shape: 'byKey', metric: 'windows' })], 'choose the shape windows'],
    ['a total that is no count', [route('/t', { shape: 'total', metric: 'largest' })], 'expected a count'],
    [
      'a figure that the metric does not have',
      [route('/w', { shape: 'windows', metric: 'windows', figures: { amount: 'max_amount' } })],
      'expected a figure (count, sum_amount), found max_amount',
    ],
    [
      'a figure that is called as a group is',
      [route('/w', { shape: 'windows', metric: 'windows', figures: { id: 'count' } })],
      'found id twice',
    ],
    [
      'a field that is called as a parameter is',
      [route('/w', { shape: 'windows', metric: 'by_from', figures: {} })],
      'no field called from',
    ],
    [
      'an order by no figure of the answer',
      [route('/l', { shape: 'latest', metric: 'windows', figures: sum, descending: 'sum_amount' })],
      'expected the order of one of amount, found sum_amount',
    ],
    ['a choice by a parameter of paging', [route('/ids', byId, choice('limit', { x: byId }))], 'than limit'],
    ['a choice of nothing', [route('/ids', byId, choice('view', {}))], 'found none'],
    [
      'a choice by a field',
      [route('/w', { shape: 'windows', metric: 'windows', figures: sum }, choice('id', { x: byId }))],
      'which is a field of windows',
    ],
    [
      'views that take other parameters',
      [route('/ids', byId, choice('view', { total: { shape: 'total', metric: 'orders' } }))],
      'same parameters (limit, next), found one that takes none',
    ],
  ])('with %s are refused, by the path', (_, routes, message) => {
    const fault = routeFault(routes, definitions);
    expect(fault).toContain(`route ${routes[0]?.path}: `);
    expect(fault).toContain(message);
  });
});
