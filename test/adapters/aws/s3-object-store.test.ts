import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { s3ObjectStore } from '../../../lib/adapters/aws/s3-object-store.ts';
import type { ObjectStore } from '../../../lib/pipeline/ports.ts';
import { type ScriptedAnswer, scriptedHttpServer } from '../../support/scripted-http-server.ts';

const key = 't/dt=2026-01-31/hour=05/g=0/a.parquet';
const body = new TextEncoder().encode('the rows');
const created = { status: 200, headers: { etag: '"1"' } };
const exists = failure(412, 'PreconditionFailed');
const conflict = failure(409, 'ConditionalRequestConflict');

function failure(status: number, code: string): ScriptedAnswer {
  const text = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>said by the server</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml' }, body: text };
}

let server: Awaited<ReturnType<typeof scriptedHttpServer>>;
let client: S3Client;
let store: ObjectStore;
beforeAll(async () => {
  server = await scriptedHttpServer();
  client = new S3Client({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    forcePathStyle: true,
    // One attempt of the SDK's own, so that the requests are the store's.
    maxAttempts: 1,
    // Longer than a busy machine takes to answer.
    requestHandler: { socketTimeout: 1000 },
  });
  store = s3ObjectStore({ client, bucket: 'lake' });
});
afterAll(async () => {
  client.destroy();
  await server.stop();
});

describe('a put to S3', () => {
  it('is one conditional request, typed as Parquet', async () => {
    server.plan(created);
    expect(await store.putIfAbsent(key, body, { weir: '{"slot":1}' })).toBe('created');
    expect(server.requests()).toHaveLength(1);
    expect(server.requests()[0]).toMatchObject({
      method: 'PUT',
      body: 'the rows',
      headers: {
        'if-none-match': '*',
        'content-type': 'application/vnd.apache.parquet',
        'x-amz-meta-weir': '{"slot":1}',
      },
    });
  });

  it.each<[string, ScriptedAnswer]>([
    ['a conflict', conflict],
    ['an error of the server', failure(500, 'InternalError')],
    ['a slow-down', failure(503, 'SlowDown')],
    ['a connection that breaks', { broken: 'before' }],
    ['a server that goes silent', { silent: true }],
  ])('is repeated unchanged after %s', async (_, trouble) => {
    server.plan(trouble, trouble, created);
    expect(await store.putIfAbsent(key, body, {})).toBe('created');
    const puts = server.requests().map((request) => [request.method, request.headers['if-none-match'], request.body]);
    expect(puts).toEqual(Array(3).fill(['PUT', '*', 'the rows']));
  });

  it('says exists when the repeat finds an object, be it its own whose answer was lost', async () => {
    server.plan({ broken: 'before' }, exists);
    expect(await store.putIfAbsent(key, body, {})).toBe('exists');
    expect(server.requests()).toHaveLength(2);
  });

  it('says exists when a server that has the object breaks off every repeat', async () => {
    const broken = { broken: 'before' } as const;
    server.plan(broken, broken, broken, broken, broken, { status: 200 });
    expect(await store.putIfAbsent(key, body, {})).toBe('exists');
    expect(server.requests().map(({ method }) => method)).toEqual([...Array(5).fill('PUT'), 'HEAD']);
  });

  it('gives up after five tries, naming operation, object and code', async () => {
    server.plan(conflict);
    await expect(store.putIfAbsent(key, body, {})).rejects.toThrow(
      `S3 PutObject of s3://lake/${key} failed (ConditionalRequestConflict, HTTP 409): said by the server`,
    );
    expect(server.requests()).toHaveLength(5);
  });

  it('is not repeated where that cannot help', async () => {
    server.plan(failure(403, 'AccessDenied'));
    await expect(store.putIfAbsent(key, body, {})).rejects.toThrow(
      /\(AccessDenied, HTTP 403\): said by the server; grant the role this action$/,
    );
    expect(server.requests()).toHaveLength(1);
  });

  it.each([
    ['is larger than S3 keeps', 'f'.repeat(2048)],
    ['is not ASCII', '{"stream":"ü"}'],
    ['has line breaks', 'a\nb'],
    ['would be trimmed', ' a'],
  ])('leaves metadata out that %s', async (_, value) => {
    server.plan(created);
    expect(await store.putIfAbsent(key, body, { weir: value })).toBe('created');
    expect(server.requests()[0]?.headers).not.toHaveProperty('x-amz-meta-weir');
  });
});

describe('a read from S3', () => {
  const part = { status: 206, headers: { 'content-range': 'bytes 96-99/100' }, body: 'tail' };

  it('asks for the last bytes only', async () => {
    server.plan(part);
    const tail = await store.readTail(key, 4);
    expect([new TextDecoder().decode(tail.bytes), tail.sizeBytes]).toEqual(['tail', 100]);
    expect(server.requests().map((request) => request.headers.range)).toEqual(['bytes=-4']);
  });

  it('takes the last bytes out of the whole, from a server without ranges', async () => {
    server.plan({ status: 200, body: 'the whole tail' });
    const tail = await store.readTail(key, 4);
    expect([new TextDecoder().decode(tail.bytes), tail.sizeBytes]).toEqual(['tail', 14]);
  });

  it('is repeated when the answer breaks off in its middle', async () => {
    server.plan({ broken: 'within' }, part);
    expect((await store.readTail(key, 4)).sizeBytes).toBe(100);
    expect(server.requests()).toHaveLength(2);
  });
});
