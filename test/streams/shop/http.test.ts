import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SOON, shippedOverHttp } from '../../support/shipped-over-http.ts';

const { start, stop, get, post, answers, dataDir } = shippedOverHttp();

describe('weir start, over HTTP', () => {
  it('answers an empty store', async () => {
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

  it('shows in /status what came in', async () => {
    const purchases = async () => {
      const { streams } = (await get('/status')) as { streams: { stream: string; rows: number | null }[] };
      return streams.find(({ stream }) => stream === 'shop.purchases');
    };
    await expect.poll(purchases, SOON).toMatchObject({ events_in: 4, rows: 4, dead_letters: 0, lag: 0 });
  });

  it('answers the same when purchases are delivered again', async () => {
    await stop();
    const groups = join(dataDir(), 'log/groups/shop.purchases');
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
