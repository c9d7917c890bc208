import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHandler as createTransform } from '../../../lambdas/transform/handler.ts';
import { createApi } from '../../../lib/api/create-api.ts';
import type { LetterList, Replayed, WholeLetter } from '../../../lib/api/dead-letter-routes.ts';
import { dataFolder } from '../../../lib/local/folder/data-folder.ts';
import { modelRuns } from '../../../lib/local/model-runs.ts';
import { localLake } from '../../../lib/local/query/local-lake.ts';
import { query } from '../../../lib/local/query/query.ts';
import { laptopRoutes } from '../../../lib/local/server/laptop-routes.ts';
import { readSettings } from '../../../lib/settings.ts';
import { contracts, fixture } from '../../support/fixture-project.ts';
import { lakehouse } from '../../support/lakehouse.ts';
import { memoryMetricStore } from '../../support/memory-metric-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { testClock } from '../../support/test-clock.ts';

const AT_MS = Date.UTC(2026, 0, 31, 9);
const MARKUP = '<img src=x onerror=alert(1)>';
const GOOD = { created_at: '2026-01-31T08:59:00Z', country: 'Italy', currency: 'EUR', amount: 5 };

type House = Awaited<ReturnType<typeof lakehouse>>;

describe('the routes of dead letters', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let house: House;
  beforeEach(async () => {
    folder = await temporaryFolder();
    house = await lakehouse(folder.path);
    await house.produce('shop.purchases', AT_MS, ['{', JSON.stringify({ ...GOOD, amount: -1, city: MARKUP })], 0);
    await house.produce('shop.purchases', AT_MS, [JSON.stringify({ ...GOOD, amount: -2 })], 1);
    await house.produce('shop.feedback', AT_MS, ['{}'], 0);
    await house.settle();
  });
  afterEach(async () => {
    await house.close();
    await folder.remove();
  });

  /** @param loosened a contract that takes any amount, as after somebody has corrected it */
  function apiOf(loosened = contracts) {
    const routes = laptopRoutes({
      folder: dataFolder(folder.path),
      contracts: loosened,
      refinements: fixture.refinements,
      settings: readSettings({}),
      clock: testClock(AT_MS),
      examples: () => [],
      live: { metrics: [], store: memoryMetricStore() },
      runs: modelRuns(house.deps.graph, createTransform(house.deps), testClock(AT_MS)),
    });
    const api = createApi({ routes, report: (error) => expect(error).toBeUndefined() });
    return async <T>(path: string, init?: RequestInit) => {
      const response = await api.request(path, init);
      return { status: response.status, body: (await response.json()) as T };
    };
  }
  const withAnyAmount = contracts.map((contract) => {
    if (contract.name !== 'shop.purchases') return contract;
    const { amount, ...fields } = contract.fields;
    if (amount === undefined) throw new Error('expected a field called amount');
    const { rule, ...anyAmount } = amount;
    return { ...contract, fields: { ...fields, amount: anyAmount } };
  });

  it('count letters by stream, reason and path, and list the newest first', async () => {
    const { body } = await apiOf()<LetterList>('/dead-letters');
    expect(body.groups.map(({ stream, reason, path, open, letters }) => [stream, reason, path, open, letters])).toEqual(
      [
        ['shop.purchases', 'rule', 'amount', 2, 2],
        ['shop.feedback', 'missing', 'feedbackId', 1, 1],
        ['shop.purchases', 'not_json', '', 1, 1],
      ],
    );
    expect(body.letters).toHaveLength(4);
    expect(body.letters[0]).toMatchObject({ ingested_at: '2026-01-31T09:00:00.000000Z', is_open: true });
  });

  it('choose by stream, reason and path, and bound a list', async () => {
    const ask = apiOf();
    const { body } = await ask<LetterList>('/dead-letters?stream=shop.purchases&reason=rule&path=amount&limit=1');
    expect([body.groups.length, body.letters.length]).toEqual([1, 1]);
    expect((await ask<LetterList>("/dead-letters?stream=x'%20or%20true%20--")).body).toEqual({
      groups: [],
      letters: [],
    });
    expect((await ask('/dead-letters?reason=unlucky')).status).toBe(400);
  });

  it('show one letter whole, with its payload as it came', async () => {
    const { body } = await apiOf()<{ letters: readonly WholeLetter[] }>('/dead-letters/shop.purchases/0/1');
    expect(body.letters).toHaveLength(1);
    expect(body.letters[0]).toMatchObject({ reason: 'rule', path: 'amount', kafka_offset: 1, is_open: true });
    expect(JSON.parse(body.letters[0]?.payload ?? '')).toEqual({ ...GOOD, amount: -1, city: MARKUP });
  });

  it.each([
    ['/dead-letters/shop.purchases/0/99', 404],
    ['/dead-letters/nothing/0/0', 404],
    ['/dead-letters/shop.purchases/x/0', 400],
    ['/dead-letters/shop.purchases/0/99999999999999999', 400],
  ])('GET %s is answered with %i', async (path, status) => {
    expect((await apiOf()(path)).status).toBe(status);
  });

  it.each([
    ['/dead-letters/replay', 400],
    ['/dead-letters/replay?stream=nothing', 404],
    ['/dead-letters/replay?stream=shop.purchases&offset=1', 400],
    ['/dead-letters/replay?stream=shop.purchases&dry_run=perhaps', 400],
  ])('POST %s is answered with %i, and nothing is written', async (path, status) => {
    const ask = apiOf(withAnyAmount);
    expect((await ask(path, { method: 'POST' })).status).toBe(status);
    expect((await ask<LetterList>('/dead-letters')).body.letters).toHaveLength(4);
  });

  it('say in a dry run what a replay would do, and write nothing', async () => {
    const ask = apiOf(withAnyAmount);
    const { body } = await ask<Replayed>('/dead-letters/replay?stream=shop.purchases&dry_run=true', { method: 'POST' });
    expect(body).toMatchObject({ made: 2, left: 1, by_others: 0, rows_before: 0 });
    expect(body.letters[0]?.stays_because).toContain('not_json');
    expect((await ask<LetterList>('/dead-letters')).body.letters).toHaveLength(4);
  });

  it('make rows of letters that the contract accepts now, each once however often it is asked', async () => {
    const ask = apiOf(withAnyAmount);
    const replay = () => ask<Replayed>('/dead-letters/replay?stream=shop.purchases', { method: 'POST' });
    const both = await Promise.all([replay(), replay()]);
    expect(both.reduce((sum, { body }) => sum + body.made, 0)).toBe(2);
    expect((await replay()).body).toMatchObject({ made: 0, left: 1, rows_before: 2 });
    const lake = localLake(dataFolder(folder.path), contracts);
    const { rows } = await query(lake, 'select amount from lake.shop_purchases order by amount');
    for await (const chunk of rows) expect(chunk).toEqual([[-2], [-1]]);
    expect((await ask<LetterList>('/dead-letters?stream=shop.purchases')).body.letters).toHaveLength(1);
    expect((await ask<LetterList>('/dead-letters?stream=shop.purchases&all=true')).body.letters).toHaveLength(3);
  });

  it('replay one letter alone', async () => {
    const ask = apiOf(withAnyAmount);
    const path = '/dead-letters/replay?stream=shop.purchases&kafka_partition=1&offset=0';
    expect((await ask<Replayed>(path, { method: 'POST' })).body).toMatchObject({ made: 1, left: 0 });
  });

  it('say why letters stay while the contract is what it was', async () => {
    const { body } = await apiOf()<Replayed>('/dead-letters/replay?stream=shop.feedback', { method: 'POST' });
    expect(body).toMatchObject({ made: 0, left: 1 });
    expect(body.letters[0]?.stays_because).toMatch(/the contract refuses it: missing at feedbackId/);
  });
});
