import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kafkaEventLog } from '../../lib/adapters/kafka/kafka-event-log.ts';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import { createApi } from '../../lib/api/create-api.ts';
import { ingestRoutes, openIngesters } from '../../lib/api/ingest/ingest-routes.ts';
import { served } from '../../lib/api/route.ts';
import { contract, string, timestamp } from '../../lib/contracts/contract.ts';
import type { EventLog } from '../../lib/pipeline/ports.ts';
import { kafkaNodeServer } from '../support/servers/kafka.ts';
import { describeWithServer } from '../support/servers/requirement.ts';

const notes = contract({
  name: 'test.notes',
  version: 1,
  description: 'Notes.',
  owner: 'tests',
  key: null,
  eventTime: 'at',
  identity: 'position',
  fields: { at: timestamp('When.'), text: string('What.') },
});

const note = (text: string) => JSON.stringify({ at: '2026-01-31T12:00:00Z', text });

await describeWithServer(kafkaNodeServer, (running) => {
  let log: EventLog;
  beforeAll(() => {
    log = kafkaEventLog({ brokers: running().brokers, clientId: 'weir-test', warn: () => undefined });
  });
  afterAll(() => log.close());

  /** A topic that takes records up to so many bytes, and what posts lines to its stream. */
  async function postingTo(maxMessageBytes: number) {
    const topic = `weir.ingest-${randomUUID()}`;
    const admin = new Kafka({ brokers: [...running().brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const configEntries = [{ name: 'max.message.bytes', value: String(maxMessageBytes) }];
    await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }], waitForLeaders: true });
    await admin.disconnect();
    const reported: unknown[] = [];
    const report = (error: unknown) => void reported.push(error);
    const topics = new Map([[notes.name, topic]]);
    const ingesters = openIngesters({ contracts: [notes], topics, log, clock: systemClock });
    const ports = { ingesters, limits: { maxBodyBytes: 1024 * 1024 }, report };
    const api = createApi({ routes: served(ingestRoutes([notes]), ports), report });
    const post = async (...texts: readonly string[]) => {
      const init = { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body: texts.join('\n') };
      const response = await api.request('/events/test.notes', init);
      const body = JSON.parse(await response.text());
      return { status: response.status, retryAfter: response.headers.get('retry-after'), body };
    };
    return { topic, post, reported };
  }

  it('an event that the topic does not take is refused, and its neighbours are there once, in order', async () => {
    const { topic, post, reported } = await postingTo(2000);
    const large = note('x'.repeat(3000));
    const mixed = await post(note('a'), large, note('b'), note('c'), large);
    expect([mixed.status, mixed.body.error.code]).toEqual([413, 'too_large']);
    expect(mixed.body.events.map(({ status }: { readonly status: string }) => status)).toEqual([
      'accepted',
      'refused',
      'accepted',
      'accepted',
      'refused',
    ]);
    expect(mixed.body.events[1].detail).toContain('max.message.bytes');
    expect(await log.endOffsets(topic)).toEqual([3]);
    expect((await post(note('d'))).body.events).toMatchObject([{ status: 'accepted', offset: 3 }]);
    expect(reported).toEqual([]);
  });

  it('a broker that is down is answered with 503, and once it is back events are taken again', async () => {
    const { post, reported } = await postingTo(100_000);
    expect((await post(note('before'))).status).toBe(202);
    await running().kill(0);
    const away = await post(note('a'), '{', note('b'));
    expect(away.status).toBe(503);
    expect(Number(away.retryAfter)).toBeGreaterThan(0);
    expect(away.body).toMatchObject({ accepted: 0, refused: 1, unacknowledged: 2, retry: true });
    expect(JSON.stringify(away.body)).not.toContain('127.0.0.1');
    expect(String(reported[0])).toContain('is the broker running');
    await running().restart(0);
    expect((await post(note('after'))).status).toBe(202);
  }, 150_000);
});
