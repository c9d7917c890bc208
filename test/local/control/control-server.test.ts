import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runningPipeline } from '../../../lib/local/control/control-client.ts';
import { type ControlServer, controlServer, MAX_BODY_BYTES } from '../../../lib/local/control/control-server.ts';
import { UnknownTopicError } from '../../../lib/pipeline/ports.ts';
import { memoryLog, textRecord } from '../../support/memory-log.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { testClock } from '../../support/test-clock.ts';

describe('the control server', () => {
  let server: ControlServer;
  let file: string;
  let remove: () => Promise<void>;
  const log = memoryLog(testClock());

  beforeEach(async () => {
    const folder = await temporaryFolder();
    remove = folder.remove;
    file = join(folder.path, 'pipeline.json');
    await log.createTopic({ topic: 'orders', kafkaPartitions: 2, timestampType: 'LogAppendTime', retentionMs: 1 });
    server = await controlServer({ file, log, status: async () => [] });
  });
  afterEach(async () => {
    await server.close();
    await remove();
  });
  const ask = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${server.port}${path}`, init);
  const authorized = async () => ({ authorization: `Bearer ${JSON.parse(await readFile(file, 'utf8')).token}` });

  it('appends on behalf of another process, byte for byte', async () => {
    const pipeline = await runningPipeline(file);
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

  it('answers nobody without the token', async () => {
    expect((await ask('/status')).status).toBe(401);
    expect((await ask('/status', { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
    expect((await ask('/append', { method: 'POST', body: '{}' })).status).toBe(401);
    expect((await ask('/status', { headers: await authorized() })).status).toBe(200);
  });

  it('answers nobody with a wrong token of the right length', async () => {
    const { authorization } = await authorized();
    const wrong = `${authorization.slice(0, -1)}${authorization.endsWith('0') ? '1' : '0'}`;
    expect((await ask('/status', { headers: { authorization: wrong } })).status).toBe(401);
  });

  it('notes its token for this user only, and takes the note away at the end', async () => {
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await server.close();
    await expect(stat(file)).rejects.toThrow('ENOENT');
    server = await controlServer({ file, log, status: async () => [] });
  });

  it('refuses a body that is too large, one that is no request, and a path that there is not', async () => {
    const headers = await authorized();
    const post = (body: string) => ask('/append', { method: 'POST', headers, body });
    expect((await post('x'.repeat(MAX_BODY_BYTES + 1)).catch(() => ({ status: 413 }))).status).toBe(413);
    expect((await post('{')).status).toBe(400);
    expect((await post('[1]')).status).toBe(400);
    expect((await post('{"topic":"orders","kafkaPartition":0,"records":[null]}')).status).toBe(400);
    expect((await ask('/nowhere', { headers })).status).toBe(404);
    expect((await ask('/status', { headers })).status).toBe(200);
  });

  it('says that a topic is unknown', async () => {
    const pipeline = await runningPipeline(file);
    await expect(pipeline?.log.kafkaPartitions('nope')).rejects.toThrow(UnknownTopicError);
  });

  it('answers 500 with what failed when the log or the lake fails', async () => {
    await server.close();
    const failing = (message: string) => () => Promise.reject(new Error(message));
    const brokenLog = { ...log, kafkaPartitions: failing('the disk is full') };
    server = await controlServer({ file, log: brokenLog, status: failing('no lake') });
    const headers = await authorized();
    const answers = await Promise.all(
      ['/status', '/kafka-partitions?topic=orders'].map((path) => ask(path, { headers })),
    );
    expect(answers.map(({ status }) => status)).toEqual([500, 500]);
    const messages = await Promise.all(answers.map((answer) => answer.json()));
    expect(messages).toEqual([{ error: 'no lake' }, { error: 'the disk is full' }]);
  });

  it('is not found behind the note of a pipeline that was killed', async () => {
    const { port } = server;
    await server.close();
    await writeFile(file, JSON.stringify({ pid: 1, port, token: 'x' }));
    expect(await runningPipeline(file)).toBeNull();
    await writeFile(file, '{"pid":');
    expect(await runningPipeline(file)).toBeNull();
    server = await controlServer({ file, log, status: async () => [] });
  });
});
