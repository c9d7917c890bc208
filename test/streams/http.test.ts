import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../lib/package-root.ts';
import { apiUrl } from '../support/served-weir.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startWeir, type WeirProcess } from '../support/weir-process.ts';

const SOON = { timeout: 20_000, interval: 100 };

describe('weir start, over HTTP', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let pipeline: WeirProcess;
  let url = '';

  async function start(): Promise<void> {
    const args = ['start', '--no-generate', '--port', '0', '--data-dir', join(folder.path, 'data')];
    pipeline = startWeir(args, { WEIR_BATCH_WINDOW_SECONDS: '0.3' }, packageRoot);
    url = await apiUrl(pipeline, join(folder.path, 'data'));
  }
  async function stop(): Promise<void> {
    pipeline.kill('SIGTERM');
    expect(await pipeline.ended).toBe(0);
  }
  const get = async (path: string) => (await fetch(new URL(path, url))).json();
  const post = async (stream: string, events: readonly object[]) => {
    const response = await fetch(new URL(`/events/${stream}`, url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(events),
    });
    expect(response.status).toBe(202);
  };
  const answers = (path: string) => expect.poll(() => get(path), SOON);

  beforeAll(async () => {
    folder = await temporaryFolder();
    await start();
  }, 120_000);
  afterAll(async () => {
    await stop();
    await folder.remove();
  }, 30_000);

  it('answers an empty store', async () => {
    expect(await (await fetch(url)).text()).toBe('Welcome');
    for (const path of ['/users', '/hotels', '/advertisers']) expect(await get(path)).toEqual({ count: 0, data: {} });
    for (const path of ['/hotel_min_offer_per_advertiser', '/advertisers?view=min_offers']) {
      expect(await get(path)).toEqual({});
    }
    expect(await get('/purchases/latest')).toEqual({ count: 0, data: [] });
    expect(await get('/purchases/count')).toEqual({ count: 0 });
    expect(await get('/health')).toEqual({ status: 'ok', gaps: [], troubles: [] });
  });

  const purchase = (country: string, amount: number, at: string) => ({
    created_at: `2026-01-31 ${at}`,
    country,
    currency: 'EUR',
    amount,
  });
  const row = (start: string, end: string, country: string, purchases: number, amount: number) => ({
    window_start: `2026-01-31T${start}:00Z`,
    window_end: `2026-01-31T${end}:00Z`,
    closed: false,
    country,
    purchases,
    amount,
  });
  const windows = [
    row('10:45', '10:46', 'Germany', 2, 350),
    row('10:45', '10:46', 'Italy', 1, 70),
    row('10:46', '10:47', 'Germany', 1, 40),
  ];

  it('has posted purchases in windows by country, and the latest of them by amount', async () => {
    await post('shop.purchases', [
      purchase('Germany', 100, '10:45:05'),
      purchase('Germany', 250, '10:45:59'),
      purchase('Germany', 40, '10:46:00'),
      purchase('Italy', 70, '10:45:30'),
    ]);
    await answers('/purchases/windows').toEqual({ count: 3, data: windows });
    expect(await get('/purchases/latest')).toEqual({ count: 2, data: [windows[1], windows[2]] });
    expect(await get('/purchases/count')).toEqual({ count: 4 });
    expect(await get('/purchases/windows?country=Italy')).toEqual({ count: 1, data: [windows[1]] });
  });

  it('has posted searches by user, hotel and advertiser, as they are spelled, and the true minima', async () => {
    const search = (user: string, hotel: string, advertisers: object) => ({
      user_id: user,
      hotel_id: hotel,
      search_timestamp: 1_769_864_400,
      hotel_advertisers: advertisers,
    });
    await post('search.raw', [
      search('u1', 'h1', {
        Amoma: [{ eurocents: 17558, breakfast: 'false' }],
        Expedia: [{ eurocents: 13242, breakfast: 'false' }],
      }),
      search('U1', 'h1', { Amoma: [{ eurocents: 15000 }], amoma: [] }),
      search('u1', 'h2', {}),
    ]);
    await answers('/advertisers').toEqual({ count: 3, data: { Amoma: 2, Expedia: 1, amoma: 1 } });
    await answers('/users').toEqual({ count: 2, data: { U1: 1, u1: 2 } });
    await answers('/hotels').toEqual({ count: 2, data: { h1: 2, h2: 1 } });
    const minima = { h1: { Amoma: 15000, Expedia: 13242 } };
    await answers('/hotel_min_offer_per_advertiser').toEqual(minima);
    expect(await get('/advertisers?view=min_offers')).toEqual(minima);
    await answers('/hotel_min_offer_per_advertiser?mode=winning').toEqual(minima);
  });

  it('shows in /status what came in', async () => {
    const purchases = async () => {
      const { streams } = (await get('/status')) as { streams: { stream: string; rows: number | null }[] };
      return streams.find(({ stream }) => stream === 'shop.purchases');
    };
    await expect.poll(purchases, SOON).toMatchObject({ events_in: 4, rows: 4, dead_letters: 0, lag: 0 });
  });

  it('answers the same when purchases are delivered again', async () => {
    await stop();
    const groups = join(folder.path, 'data/log/groups/shop.purchases');
    const meter = (await readdir(groups)).find((name) => name.startsWith('weir-meter-')) ?? '';
    const committed = async () => JSON.parse(await readFile(join(groups, meter), 'utf8').catch(() => 'null'));
    const before = await committed();
    await rm(join(groups, meter));
    await start();
    // All of the topic has been delivered once more.
    await expect.poll(committed, SOON).toEqual(before);
    await answers('/purchases/count').toEqual({ count: 4 });
    expect(await get('/purchases/windows')).toEqual({ count: 3, data: windows });
  }, 60_000);
});
