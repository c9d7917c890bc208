import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApi } from '../../../lib/api/create-api.ts';
import { served } from '../../../lib/api/route.ts';
import { type Fate, type StreamFacts, type StreamRows, streamRoutes } from '../../../lib/api/stream-routes.ts';
import { dataFolder } from '../../../lib/local/folder/data-folder.ts';
import { localStreams } from '../../../lib/local/query/local-streams.ts';
import { contracts } from '../../support/fixture-project.ts';
import { lakehouse } from '../../support/lakehouse.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const AT_MS = Date.UTC(2026, 0, 31, 9);
const purchase = (amount: number) =>
  JSON.stringify({ created_at: '2026-01-31T08:59:00Z', country: 'Italy', currency: 'EUR', amount });
const CARD = '4111111111111111';

describe('the routes of streams', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let house: Awaited<ReturnType<typeof lakehouse>>;
  beforeAll(async () => {
    folder = await temporaryFolder();
    house = await lakehouse(folder.path);
    await house.produce('shop.purchases', AT_MS, [purchase(1)], 0);
    await house.produce('shop.purchases', AT_MS + 3_600_000, [purchase(2), purchase(3), purchase(-4)], 0);
    const profile = { event_timestamp: '2026-01-31T08:59:00Z', credit_card_number: CARD };
    await house.produce('people.profiles', AT_MS, [JSON.stringify(profile)], 0);
    await house.settle();
  });
  afterAll(async () => {
    await house.close();
    await folder.remove();
  });

  async function ask<T>(path: string) {
    const examples = () => [{ amount: 1 }];
    const streams = localStreams({
      folder: dataFolder(folder.path),
      contracts,
      settings: { topics: new Map() },
      examples,
    });
    const api = createApi({
      routes: served(streamRoutes, { streams }),
      report: (error) => expect(error).toBeUndefined(),
    });
    const response = await api.request(path);
    return { status: response.status, body: (await response.json()) as T };
  }

  it('say of every stream what its contract declares', async () => {
    for (const { name } of contracts) {
      const { body } = await ask<StreamFacts>(`/streams/${name}`);
      expect(body).toMatchObject({ stream: name, topic: name, example: { amount: 1 } });
      expect(body.fields.length).toBeGreaterThan(1);
      expect(body.columns.map((column) => column.name)).toContain('kafka_offset');
    }
  });

  it('answer the newest rows first, and no more than are asked for', async () => {
    const { body } = await ask<StreamRows>('/streams/shop.purchases/rows?limit=2');
    const at = body.columns.indexOf('amount');
    expect(body.rows.map((row) => row[at])).toEqual([3, 2]);
  });

  it('answer no rows of a stream that has none, and no clear text of a masked field', async () => {
    expect((await ask<StreamRows>('/streams/shop.feedback/rows')).body.rows).toEqual([]);
    const { body } = await ask<StreamRows>('/streams/people.profiles/rows');
    expect(body.rows[0]).toContain('************1111');
    expect(JSON.stringify(body)).not.toContain(CARD);
  });

  it.each([
    [1, 'row'],
    [3, 'dead_letter'],
    [99, 'waiting'],
  ])('say of the record at offset %i that it is a %s', async (offset, state) => {
    const { body } = await ask<Fate>(`/streams/shop.purchases/records/0/${offset}`);
    expect(body.state).toBe(state);
    if (state === 'row') expect(body.row).toMatchObject({ amount: 2, dt: '2026-01-31' });
    else expect(body.row).toBeNull();
  });

  it.each([
    ['/streams/nothing', 404],
    ["/streams/x'--/rows", 404],
    ['/streams/nothing/records/0/0', 404],
    ['/streams/shop.purchases/records/0/x', 400],
    ['/streams/shop.purchases/rows?limit=0', 400],
  ])('GET %s is answered with %i', async (path, status) => {
    expect((await ask(path)).status).toBe(status);
  });
});
