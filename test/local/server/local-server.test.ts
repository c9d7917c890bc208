import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { topicSettings } from '../../../lib/derive/topic.ts';
import { runningPipeline } from '../../../lib/local/control/control-client.ts';
import { listen } from '../../../lib/local/server/listen.ts';
import { assertGuarded } from '../../../lib/local/server/local-server.ts';
import { MetricStoreUnavailableError } from '../../../lib/pipeline/metric-store.ts';
import { shopPurchases } from '../../fixtures/lake/streams/shop.ts';
import { askedMetrics } from '../../support/counted-metrics.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { memoryMetricStore } from '../../support/memory-metric-store.ts';
import { type ServedPipeline, servedPipeline } from '../../support/served-pipeline.ts';
import { testClock } from '../../support/test-clock.ts';

const metrics = askedMetrics(shopPurchases);
const pipelineOf = (store = memoryMetricStore()) => ({ live: { metrics, store }, status: async () => [] });

describe('the server of a running pipeline', () => {
  let served: ServedPipeline | undefined;
  afterEach(async () => {
    await served?.close();
    served = undefined;
  });

  it('answers over HTTP, at / and at /api/', async () => {
    served = await servedPipeline({ pipeline: pipelineOf() });
    expect(served.server.url).toBe(`http://127.0.0.1:${served.server.port}/`);
    expect(await (await served.ask('/')).text()).toBe('Welcome');
    expect(await (await served.ask('/api/metrics/purchases')).json()).toMatchObject({ count: 0, data: [] });
  });

  it('takes events, and describes itself', async () => {
    const log = memoryLog(testClock());
    await log.createTopic({ ...topicSettings(shopPurchases), topic: 'orders' });
    served = await servedPipeline({
      project: { contracts: [shopPurchases], generators: [], routes: [] },
      settings: { host: '127.0.0.1', port: 0, token: '', topics: new Map([['shop.purchases', 'orders']]) },
      log,
    });
    const body = JSON.stringify({ created_at: '2026-01-31', country: 'Italy', currency: 'EUR', amount: 1 });
    const headers = { 'content-type': 'application/json' };
    const refused = await served.ask('/events/shop.purchases', { method: 'POST', headers, body });
    expect(await refused.json()).toMatchObject({ events: [{ reason: 'bad_format', path: 'created_at' }] });
    const good = body.replace('2026-01-31', '2026-01-31T12:00:00Z');
    const taken = await served.ask('/api/events/shop.purchases', { method: 'POST', headers, body: good });
    expect([taken.status, await taken.json()]).toMatchObject([202, { events: [{ topic: 'orders', offset: 0 }] }]);
    expect(Math.max(...(await log.endOffsets('orders')))).toBe(1);
    expect((await served.ask('/events/shop.purchases', { method: 'POST', body: good })).status).toBe(415);
    const { paths } = (await (await served.ask('/openapi.json')).json()) as { readonly paths: object };
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/', '/events/shop.purchases', '/metrics']));
    expect(await (await served.ask('/docs')).text()).toContain('/events/shop.purchases');
    expect(await (await served.ask('/', { headers: { accept: 'text/html' } })).text()).toContain('href="/docs"');
  });

  it('answers no page of another site, and nobody who was led to it', async () => {
    served = await servedPipeline({ pipeline: pipelineOf() });
    const { status } = await served.ask('/metrics', { headers: { origin: 'https://evil.example' } });
    expect(status).toBe(403);
    const rebound = await rawRequest(served.server.port, 'GET /metrics HTTP/1.1\r\nHost: evil.example\r\n');
    expect(rebound).toMatch(/^HTTP\/1\.1 421 /);
    expect(rebound).toContain('"code":"misdirected"');
  });

  it('answers only with the token, where it has one', async () => {
    const token = 'a-token-of-some-length';
    served = await servedPipeline({ settings: { host: '127.0.0.1', port: 0, token, topics: new Map() } });
    expect((await served.ask('/')).status).toBe(401);
    expect((await served.ask('/', { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
  });

  it('is found by other commands when it listens on all addresses', async () => {
    served = await servedPipeline({
      settings: { host: '0.0.0.0', port: 0, token: 'a-token-of-some-length', topics: new Map() },
    });
    expect(await (await runningPipeline(served.file))?.status()).toEqual([]);
  });

  it('says once what failed, and leaves a store that is away to the meter', async () => {
    const failing = (error: Error) => ({ ...memoryMetricStore(), shards: () => Promise.reject(error) });
    served = await servedPipeline({ pipeline: pipelineOf(failing(new Error('a bug'))) });
    await served.ask('/metrics/purchases');
    await served.ask('/metrics/purchases');
    expect(served.warnings).toEqual(['a request failed: a bug']);
    await served.close();
    served = await servedPipeline({ pipeline: pipelineOf(failing(new MetricStoreUnavailableError('away'))) });
    expect((await served.ask('/metrics/purchases')).status).toBe(503);
    expect(served.warnings).toEqual([]);
  });

  it('needs a token where others than this machine can connect', () => {
    expect(() => assertGuarded({ host: '0.0.0.0', token: '' })).toThrow(/^WEIR_TOKEN: expected a token/);
    expect(() => assertGuarded({ host: 'weir.example.com', token: '' })).toThrow('weir.example.com');
    expect(() => assertGuarded({ host: '0.0.0.0', token: 'a-token-of-some-length' })).not.toThrow();
    for (const host of ['127.0.0.1', 'localhost', '::1'])
      expect(() => assertGuarded({ host, token: '' })).not.toThrow();
  });
});

describe('listening', () => {
  const fetch = () => new Response('here');

  it('takes any free port where its own is taken, unless that was asked for', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(listen({ host: '127.0.0.1', port, orAnyFree: false, fetch })).rejects.toThrow(
      `port ${port} of 127.0.0.1: expected a free port, found it taken; choose another with --port`,
    );
    const listening = await listen({ host: '127.0.0.1', port, orAnyFree: true, fetch });
    expect(listening.port).not.toBe(port);
    await listening.close();
    other.close();
  });

  it('says that an address is none of this machine', async () => {
    await expect(listen({ host: '192.0.2.1', port: 0, orAnyFree: false, fetch })).rejects.toThrow(
      /192\.0\.2\.1.*choose another address/,
    );
  });

  it('answers at its end what has been asked, and nothing further', async () => {
    const asking = new EventEmitter();
    const answerLater = async () => {
      asking.emit('asked');
      return (await once(asking, 'answer'))[0] as Response;
    };
    const listening = await listen({ host: '127.0.0.1', port: 0, orAnyFree: false, fetch: answerLater });
    const url = `http://127.0.0.1:${listening.port}/`;
    const arrived = once(asking, 'asked');
    const asked = globalThis.fetch(url);
    await arrived;
    const closed = listening.close();
    await expect(globalThis.fetch(url)).rejects.toThrow();
    asking.emit('answer', new Response('here'));
    expect(await (await asked).text()).toBe('here');
    await closed;
  });
});

/** What the server answers to exactly this text: `fetch` sets the Host header itself. */
async function rawRequest(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1', () => socket.end(`${text}Connection: close\r\n\r\n`));
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
