import { describe, expect, it } from 'vitest';
import { topicWatch } from '../../../lib/local/event-source/topic-watch.ts';
import { UnknownTopicError } from '../../../lib/pipeline/ports.ts';
import { RecreatedTopicError } from '../../../lib/pipeline/recreated-topic.ts';
import { memoryLog, textRecord } from '../../support/memory-log.ts';
import { testClock } from '../../support/test-clock.ts';

const source = { stream: 'orders', incarnation: 2, log: 'memory', topic: 'orders' };
const append = (log: ReturnType<typeof memoryLog>, count: number) =>
  log.append(
    'orders',
    0,
    Array.from({ length: count }, () => textRecord('x')),
  );

async function setUp() {
  const log = memoryLog(testClock());
  await log.createTopic({ topic: 'orders', kafkaPartitions: 1, timestampType: 'LogAppendTime', retentionMs: 1 });
  return log;
}

describe('the watch on a topic', () => {
  it('finds by its id that it was created again, though it has grown beyond its old end', async () => {
    const log = await setUp();
    const watch = topicWatch(log, { ...source, topicId: await log.topicId('orders') });
    await append(log, 5);
    await watch();
    log.recreate('orders');
    await append(log, 50);
    await expect(watch()).rejects.toThrow(RecreatedTopicError);
    await expect(watch()).rejects.toThrow(
      /^orders: topic orders was deleted .* set WEIR_INCARNATIONS=orders=3, and start again$/,
    );
  });

  it('finds it by an end that went back, where the log has no ids', async () => {
    const log = await setUp();
    const watch = topicWatch(log, { ...source, topicId: null });
    await append(log, 5);
    await watch();
    await append(log, 5);
    await watch();
    log.recreate('orders');
    await append(log, 9);
    await expect(watch()).rejects.toThrow('kafka partition 0 ended at 10, and ends at 9');
  });

  it('leaves it to the caller that a topic is not there', async () => {
    const log = await setUp();
    const watch = topicWatch(log, { ...source, topic: 'gone', topicId: 'id' });
    await expect(watch()).rejects.toThrow(UnknownTopicError);
  });
});
