import { readFile, stat, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runningPipeline } from '../../../lib/local/control/control-client.ts';
import { MAX_BODY_BYTES } from '../../../lib/local/control/control-routes.ts';
import { UnknownTopicError } from '../../../lib/pipeline/ports.ts';
import { memoryLog, textRecord } from '../../support/memory-log.ts';
import { memoryMetricStore } from '../../support/memory-metric-store.ts';
import { type ServedPipeline, servedPipeline } from '../../support/served-pipeline.ts';
import { testClock } from '../../support/test-clock.ts';

describe('the control routes of a running pipeline', () => {
  let served: ServedPipeline;
  const log = memoryLog(testClock());

  beforeEach(async () => {
    await log.createTopic({ topic: 'orders', kafkaPartitions: 2, timestampType: 'LogAppendTime', retentionMs: 1 });
    served = await servedPipeline({ log });
  });
  afterEach(() => served.close());
  const note = async () => JSON.parse(await readFile(served.file, 'utf8'));
  const authorized = async () => ({ authorization: `Bearer ${(await note()).token}` });

  it('append on behalf of another process, byte for byte', async () => {
    const pipeline = await runningPipeline(served.file);
    const value = Uint8Array.of(0, 200, 255, 10);
    const header = { name: 'h', value: Uint8Array.of(1, 2) };
    expect(await pipeline?.log.kafkaPartitions('orders')).toBe(2);
    const answer = await pipeline?.log.append('orders', 1, [
      { key: Buffer.from('k'), value, headers: [header] },
      textRecord(null),
    ]);
    expect(answer).toEqual({ firstOffset: 0 });
    const reader = await log.openReader('orders', 'g');
    const records = await reader.poll({ maxRecords: 9, maxBytes: 999, waitMs: 0 });
    expect(records.map((one) => one.value && [...one.value])).toEqual([[...value], null]);
    expect([...(records[0]?.headers[0]?.value ?? [])]).toEqual([1, 2]);
  });

  it('answer nobody without the token of the data folder', async () => {
    const { ask } = served;
    expect((await ask('/control/status')).status).toBe(401);
    expect((await ask('/control/status', { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
    expect((await ask('/control/append', { method: 'POST', body: '{}' })).status).toBe(401);
    expect((await ask('/control/status', { headers: await authorized() })).status).toBe(200);
  });

  it('answer nobody with a wrong token of the right length, or with that of the API', async () => {
    const { authorization } = await authorized();
    const wrong = `${authorization.slice(0, -1)}${authorization.endsWith('0') ? '1' : '0'}`;
    expect((await served.ask('/control/status', { headers: { authorization: wrong } })).status).toBe(401);
    const token = 'the-token-of-the-api';
    const guarded = await servedPipeline({ settings: { host: '127.0.0.1', port: 0, token, topics: new Map() } });
    const headers = { authorization: `Bearer ${token}` };
    expect((await guarded.ask('/metrics', { headers })).status).toBe(200);
    expect((await guarded.ask('/control/status', { headers })).status).toBe(401);
    expect(await runningPipeline(guarded.file)).not.toBeNull();
    await guarded.close();
  });

  it('have their token where this user only can read it, until the end', async () => {
    expect((await stat(served.file)).mode & 0o777).toBe(0o600);
    await served.server.close();
    await expect(stat(served.file)).rejects.toThrow('ENOENT');
    served = await servedPipeline({ log });
  });

  it('refuse a body that is too large, one that is no request, and a path that there is not', async () => {
    const headers = await authorized();
    const post = (body: string) => served.ask('/control/append', { method: 'POST', headers, body });
    expect((await post('x'.repeat(MAX_BODY_BYTES + 1)).catch(() => ({ status: 413 }))).status).toBe(413);
    expect((await post('{')).status).toBe(400);
    expect((await post('[1]')).status).toBe(400);
    expect((await post('{"topic":"orders","kafkaPartition":0,"records":[null]}')).status).toBe(400);
    expect((await served.ask('/control/nowhere', { headers })).status).toBe(404);
    expect((await served.ask('/control/status', { headers })).status).toBe(200);
  });

  it('say that a topic is unknown', async () => {
    const pipeline = await runningPipeline(served.file);
    await expect(pipeline?.log.kafkaPartitions('nope')).rejects.toThrow(UnknownTopicError);
  });

  it('say what failed when the log or the lake fails', async () => {
    const failing = (message: string) => () => Promise.reject(new Error(message));
    const broken = await servedPipeline({
      log: { ...log, kafkaPartitions: failing('the disk is full') },
      pipeline: { live: { metrics: [], store: memoryMetricStore() }, status: failing('no lake') },
    });
    const headers = { authorization: `Bearer ${JSON.parse(await readFile(broken.file, 'utf8')).token}` };
    const answers = await Promise.all(
      ['status', 'kafka-partitions?topic=orders'].map((path) => broken.ask(`/control/${path}`, { headers })),
    );
    expect(answers.map(({ status }) => status)).toEqual([500, 500]);
    expect(await Promise.all(answers.map((answer) => answer.json()))).toEqual([
      { error: { code: 'internal', message: 'no lake' } },
      { error: { code: 'internal', message: 'the disk is full' } },
    ]);
    await broken.close();
  });

  it('are not found behind the note of a pipeline that was killed', async () => {
    const { file, server } = served;
    await server.close();
    await writeFile(file, JSON.stringify({ pid: 1, host: '127.0.0.1', port: server.port, token: 'x' }));
    expect(await runningPipeline(file)).toBeNull();
    await writeFile(file, '{"pid":');
    expect(await runningPipeline(file)).toBeNull();
    served = await servedPipeline({ log });
  });
});
