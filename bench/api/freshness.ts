import { setTimeout as sleep } from 'node:timers/promises';
import { servedWeir } from '../../test/support/served-weir.ts';
import { type Latency, percentiles } from '../http/load.ts';

const EVENTS = 200;
const LOOK_EVERY_MS = 5;
/** Not a multiple of a batch window, so that events arrive at every point of it. */
const PAUSE_MS = 37;
const GIVE_UP_AFTER_MS = 30_000;

/**
 * How long `weir start` takes, with default settings, from answering `POST /events/…` until `GET /metrics/…` counts it.
 */
export async function freshness(): Promise<Latency> {
  const weir = await servedWeir();
  try {
    const latencies: number[] = [];
    for (let sent = 1; sent <= EVENTS; sent++) {
      await post(weir.url);
      const beganMs = performance.now();
      while ((await counted(weir.url)) < sent) {
        if (performance.now() - beganMs > GIVE_UP_AFTER_MS) {
          throw new Error(`expected ${sent} purchases counted within ${GIVE_UP_AFTER_MS} ms, found fewer`);
        }
        await sleep(LOOK_EVERY_MS);
      }
      latencies.push(performance.now() - beganMs);
      await sleep(PAUSE_MS);
    }
    return percentiles(latencies.slice(EVENTS / 10));
  } finally {
    await weir.stop();
  }
}

async function post(url: string): Promise<void> {
  const purchase = { created_at: new Date().toISOString(), country: 'Germany', currency: 'EUR', amount: 100 };
  const { status } = await fetch(new URL('events/shop.purchases', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(purchase),
  });
  if (status !== 202) throw new Error(`expected status 202, found ${status}`);
}

async function counted(url: string): Promise<number> {
  const answer = await fetch(new URL('metrics/purchases', url));
  const { data } = (await answer.json()) as {
    readonly data: readonly { readonly values: { readonly count: number } }[];
  };
  return data[0]?.values.count ?? 0;
}
