import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createApi } from '../../../lib/api/create-api.ts';
import { ingestRoutes, openIngesters } from '../../../lib/api/ingest/ingest-routes.ts';
import { served } from '../../../lib/api/route.ts';
import { contracts } from '../../support/fixture-project.ts';
import { type Append, recordedAppends } from '../../support/recorded-appends.ts';
import { testClock } from '../../support/test-clock.ts';

const CARD = '4111222233334444';
const MEBIBYTE = 1024 * 1024;

const purchase = (amount: unknown = 10) =>
  JSON.stringify({ created_at: '2026-01-31T12:00:00Z', country: 'Italy', currency: 'EUR', amount });

const json = { 'content-type': 'application/json' };
const ndjson = { 'content-type': 'application/x-ndjson' };

function server(onAppend?: (append: Append) => Promise<void> | void, maxWaitingBytes?: number) {
  const recorded = recordedAppends(2, onAppend);
  const reported: unknown[] = [];
  const report = (error: unknown) => void reported.push(error);
  const ingesters = openIngesters({
    contracts,
    topics: new Map([['shop.purchases', 'orders']]),
    log: recorded.log,
    clock: testClock(),
    ...(maxWaitingBytes !== undefined && { maxWaitingBytes }),
  });
  const ports = { ingesters, limits: { maxBodyBytes: 3 * MEBIBYTE }, report };
  const api = createApi({ routes: served(ingestRoutes(contracts), ports), report });
  const post = async (path: string, init: RequestInit = {}) => {
    const response = await api.request(path, { method: 'POST', ...init });
    return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
  };
  return { ...recorded, reported, post, api };
}

const events = (body: unknown, headers: Readonly<Record<string, string>> = json): RequestInit => ({
  headers,
  body: body as NonNullable<RequestInit['body']>,
});

describe('POST /events/{stream}', () => {
  it('takes one event, and says where it is', async () => {
    const { post, appends, values } = server();
    const { status, headers, body } = await post('/events/shop.purchases', events(purchase()));
    expect(status).toBe(202);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      accepted: 1,
      refused: 0,
      unacknowledged: 0,
      not_taken: 0,
      retry: false,
      events: [
        {
          index: 0,
          status: 'accepted',
          id: null,
          topic: 'orders',
          kafka_partition: appends[0]?.kafkaPartition,
          offset: 0,
        },
      ],
    });
    expect(appends.map(({ topic }) => topic)).toEqual(['orders']);
    expect(values()).toEqual([purchase()]);
  });

  it('takes an array, lines, and gzip of either, at /api/ too', async () => {
    const { post, values } = server();
    const bodies = [
      events(`[${purchase(1)}, ${purchase(2)}]`, { 'content-type': 'Application/JSON; charset="utf-8"' }),
      events(`${purchase(3)}\n\n${purchase(4)}\r\n`, ndjson),
      events(gzipSync(`[${purchase(5)}]`), { ...json, 'content-encoding': 'gzip' }),
      events(gzipSync(`${purchase(6)}\n`), { 'content-type': 'application/ndjson', 'content-encoding': 'GZIP' }),
    ];
    for (const body of bodies) expect((await post('/api/events/shop.purchases', body)).status).toBe(202);
    expect(values()).toEqual([1, 2, 3, 4, 5, 6].map((amount) => purchase(amount)));
  });

  it('keeps an event’s own text: numbers, order and repeated names, white space', async () => {
    const { post, values } = server();
    const text = `{ "z":1.10 , "z":9007199254740993,${purchase().slice(1)}`;
    await post('/events/shop.purchases', events(`[ ${text} ]`));
    expect(values()).toEqual([text]);
  });

  it('takes the good ones of a mixed batch, and names each bad one by index, reason and path', async () => {
    const { post, values } = server();
    const lines = [purchase(1), purchase('ten'), '{"created_at":"2026-01', purchase(2)].join('\n');
    const { status, body } = await post('/events/shop.purchases', events(lines, ndjson));
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { code: 'events_refused' }, accepted: 2, refused: 2, retry: false });
    expect(body.error.message).toMatch(/^2 of 4 events were refused, .*; 2 were accepted: do not send those again$/);
    expect(body.events.map(({ index, status }: { index: number; status: string }) => [index, status])).toEqual([
      [0, 'accepted'],
      [1, 'refused'],
      [2, 'refused'],
      [3, 'accepted'],
    ]);
    expect(body.events[1]).toMatchObject({ reason: 'wrong_type', path: 'amount', detail: expect.any(String) });
    expect(body.events[2]).toMatchObject({ reason: 'not_json', path: '' });
    expect(values()).toEqual([purchase(1), purchase(2)]);
  });

  it('takes nothing of a mixed batch with all_or_nothing=true', async () => {
    const { post, appends } = server();
    const path = '/events/shop.purchases?all_or_nothing=true';
    const { status, body } = await post(path, events(`[${purchase(1)},${purchase(0)}]`));
    expect([status, body.accepted, body.not_taken, body.refused]).toEqual([400, 0, 1, 1]);
    expect(body.events[0]).toEqual({ index: 0, status: 'not_taken' });
    expect(appends).toEqual([]);
    expect((await post(path, events(purchase(1)))).status).toBe(202);
    expect((await post('/events/shop.purchases?all_or_nothing=yes', events(purchase(1)))).status).toBe(400);
  });

  it('refuses events that are no UTF-8 by themselves', async () => {
    const { post } = server();
    const body = Buffer.concat([Buffer.from(`[${purchase(1)},{"country":"`), Buffer.from([0xff]), Buffer.from('"}]')]);
    const answer = await post('/events/shop.purchases', events(body));
    expect(answer.body.events).toMatchObject([{ status: 'accepted' }, { status: 'refused', reason: 'not_utf8' }]);
  });

  it.each<[string, RequestInit, number, string]>([
    ['no body', events(undefined), 400, 'invalid_body'],
    ['an empty body', events(''), 400, 'invalid_body'],
    ['white space', events(' \n'), 400, 'invalid_body'],
    ['no events', events('[]'), 400, 'invalid_body'],
    ['half an array', events(`[${purchase()},`), 400, 'invalid_body'],
    ['gzip that is none', events(purchase(), { ...json, 'content-encoding': 'gzip' }), 400, 'invalid_body'],
    [
      'gzip that is cut off',
      events(gzipSync(purchase()).subarray(0, 30), { ...json, 'content-encoding': 'gzip' }),
      400,
      'invalid_body',
    ],
    ['20 MB', events(`[${' '.repeat(20 * MEBIBYTE)}]`), 413, 'too_large'],
    [
      'a gzip bomb',
      events(gzipSync(Buffer.alloc(200 * MEBIBYTE, 32)), { ...json, 'content-encoding': 'gzip' }),
      413,
      'too_large',
    ],
    ['10,001 events', events('1\n'.repeat(10_001), ndjson), 413, 'too_large'],
    ['no media type', { body: Buffer.from(purchase()) }, 415, 'unsupported_media_type'],
    [
      'a form',
      events(purchase(), { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      'unsupported_media_type',
    ],
    ['plain text', events(purchase(), { 'content-type': 'text/plain' }), 415, 'unsupported_media_type'],
    [
      'latin1',
      events(purchase(), { 'content-type': 'application/json; charset=latin1' }),
      415,
      'unsupported_media_type',
    ],
    [
      'a media type called constructor',
      events(purchase(), { 'content-type': 'constructor' }),
      415,
      'unsupported_media_type',
    ],
    ['brotli', events(purchase(), { ...json, 'content-encoding': 'br' }), 415, 'unsupported_media_type'],
  ])('refuses %s, and takes nothing', async (_, init, expected, code) => {
    const { post, appends, reported } = server();
    const { status, body } = await post('/events/shop.purchases', init);
    expect([status, body.error.code]).toEqual([expected, code]);
    expect(appends).toEqual([]);
    expect(reported).toEqual([]);
  });

  it('stops reading a body of unknown length at the limit', async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += MEBIBYTE;
        controller.enqueue(Buffer.alloc(MEBIBYTE, 32));
      },
    });
    const { post } = server();
    const init = { ...events(endless), duplex: 'half' } as RequestInit;
    expect((await post('/events/shop.purchases', init)).status).toBe(413);
    expect(sent).toBeLessThan(10 * MEBIBYTE);
  });

  it('says what it takes, where it does not take a type or an encoding', async () => {
    const { post } = server();
    const typed = await post('/events/shop.purchases', events('{}', { 'content-type': 'text/plain' }));
    expect(typed.headers.get('accept-post')).toBe('application/json, application/x-ndjson, application/ndjson');
    const encoded = await post('/events/shop.purchases', events('{}', { ...json, 'content-encoding': 'br' }));
    expect(encoded.headers.get('accept-encoding')).toBe('gzip');
  });

  it('answers 413 where all that is wrong with an event is its size', async () => {
    const { post } = server();
    const large = gzipSync(purchase().replace('{', `{${' '.repeat(5 * MEBIBYTE)}`));
    const { status, body } = await post(
      '/events/shop.purchases',
      events(large, { ...json, 'content-encoding': 'gzip' }),
    );
    expect([status, body.error.code]).toEqual([413, 'too_large']);
    expect(body.events).toMatchObject([{ index: 0, status: 'refused', reason: 'out_of_range' }]);
  });

  it('names the streams there are, and the source of one that Weir makes', async () => {
    const { post, api } = server();
    const unknown = await post('/events/shop.sales', events(purchase()));
    expect(unknown.status).toBe(404);
    expect(unknown.body.error.message).toMatch(/expected a stream \(.*shop\.purchases.*\), found another/);
    expect(unknown.body.error.message).not.toContain('search.processed');
    const refined = await post('/events/search.processed', events('{}'));
    expect(refined.status).toBe(404);
    expect(refined.body.error.message).toContain('search.processed is made by Weir out of search.raw');
    const got = await api.request('/events/shop.purchases');
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('passes no header of the request on to the record', async () => {
    const { post, appends } = server();
    await post(
      '/events/shop.purchases',
      events(purchase(), { ...json, 'weir-source-offset': '1', 'weir-ordinal': '0' }),
    );
    expect(appends.flatMap(({ records }) => records.flatMap(({ headers }) => headers))).toEqual([]);
  });

  it('answers 503 with Retry-After and what was acknowledged, when the log is away, and says why to the log only', async () => {
    const trouble = new Error('Kafka at b-1:9098: cannot append');
    let isAway = true;
    const { post, reported } = server(() => {
      if (isAway) throw trouble;
    });
    const { status, headers, body } = await post('/events/shop.purchases', events(`[${purchase(1)},${purchase(0)}]`));
    expect(status).toBe(503);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(body).toMatchObject({
      error: { code: 'unavailable' },
      accepted: 0,
      refused: 1,
      unacknowledged: 1,
      retry: true,
    });
    expect(body.events[0]).toEqual({ index: 0, status: 'unacknowledged' });
    expect(JSON.stringify(body)).not.toContain('b-1');
    expect(reported).toEqual([trouble]);
    isAway = false;
    expect((await post('/events/shop.purchases', events(purchase(1)))).status).toBe(202);
  });

  it('answers 429 with Retry-After while too much waits for the log', async () => {
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { post } = server(() => opened, 100);
    const first = post('/events/shop.purchases', events(`[${purchase(1)},${purchase(2)}]`));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { status, headers } = await post('/events/shop.purchases', events(purchase(3)));
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    open();
    expect((await first).status).toBe(202);
  });

  it('lets no clear card number into a record, an answer or a report', async () => {
    const { post, values, reported } = server();
    const profile = (card: string) => `{"event_timestamp":"2026-01-31T12:00:00Z","credit_card_number":${card}}`;
    const lines = [
      profile(`"${CARD}"`),
      profile(CARD),
      profile(`{"number":"${CARD}"}`),
      `{"credit_card_number":"${CARD}"`,
      `{"event_timestamp":"${CARD}","${CARD}":1}`,
      CARD,
    ];
    const answers = [
      await post('/events/people.profiles', events(lines.join('\n'), ndjson)),
      await post('/events/people.profiles', events(`[${lines.join(',')}`)),
      await post(`/events/${CARD}`, events(lines.join('\n'), ndjson)),
    ];
    expect(values()).toEqual([profile('"************4444"')]);
    const seen = JSON.stringify([answers.map(({ body }) => body), values(), reported]);
    expect(seen).not.toContain(CARD.slice(0, 12));
  });
});
