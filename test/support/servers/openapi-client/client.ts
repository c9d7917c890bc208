/**
 * A client as a user would write it, with types that openapi-typescript generates from `/openapi.json`: `client.ts
 * <url>`.
 */
import createClient from 'openapi-fetch';
import type { components, paths } from './api.ts';

declare const process: { readonly argv: readonly string[] };

const client = createClient<paths>({ baseUrl: process.argv[2] ?? '' });
const purchase: components['schemas']['shop.purchases'] = {
  created_at: '2026-01-31T12:00:00Z',
  country: 'Italy',
  currency: 'EUR',
  amount: 70,
};

const taken = await client.POST('/events/shop.purchases', { body: purchase });
const mixed = await client.POST('/events/shop.purchases', {
  body: [purchase, { ...purchase, amount: -1 }],
  params: { query: { all_or_nothing: false } },
});
const refused = mixed.error?.events?.find((event) => event.status === 'refused');
const counted = await countOf(2);
const windows = await client.GET('/metrics/purchase_windows', {
  params: { query: { limit: 1, 'group.country': 'Italy' } },
});
const wrong = await client.GET('/metrics/purchase_windows', { params: { query: { limit: 0 } } });

console.log(
  JSON.stringify({
    topic: taken.data?.events[0]?.topic,
    status: mixed.response.status,
    refused: refused && [refused.index, refused.reason, refused.path],
    counted,
    window: windows.data?.data[0]?.values,
    wrong: wrong.error?.error.code,
  }),
);

/** Events are counted a moment after they were accepted. */
async function countOf(expected: number): Promise<number | string | undefined> {
  for (let tries = 0; tries < 100; tries++) {
    const { data } = await client.GET('/metrics/purchases');
    const count = data?.data[0]?.values.count;
    if (count === expected) return count;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return undefined;
}
