import { describe, expect, it } from 'vitest';
import { createTopics, refinedTopicsLog } from '../../lib/local/topics.ts';
import { type TopicSettings, UnknownTopicError } from '../../lib/pipeline/ports.ts';
import { readSettings } from '../../lib/settings.ts';
import { contracts } from '../support/fixture-project.ts';

const purchases = contracts.filter(({ name }) => name === 'shop.purchases');
const TOPICS = 'shop.purchases=orders';

/** A log with these topics, and what it was asked to create. */
function logWith(...topics: readonly string[]) {
  const created: TopicSettings[] = [];
  const log = {
    createTopic: async (settings: TopicSettings) => void created.push(settings),
    kafkaPartitions: async (topic: string) => {
      if (!topics.includes(topic)) throw new UnknownTopicError(`no topic ${topic}`);
      return 1;
    },
  };
  return { log, created };
}

it('a topic that the settings name on a cluster is left as it is', async () => {
  const { log, created } = logWith('orders');
  await createTopics(log, purchases, readSettings({ WEIR_TOPICS: TOPICS, WEIR_BROKERS: 'kafka:9092' }));
  expect(created).toEqual([]);
});

it('a topic that the settings name and the cluster does not have is not made, but asked for', async () => {
  const { log, created } = logWith('other');
  const settings = readSettings({ WEIR_TOPICS: TOPICS, WEIR_BROKERS: 'kafka:9092' });
  await expect(createTopics(log, purchases, settings)).rejects.toThrow(
    /^WEIR_TOPICS: shop\.purchases: no topic orders on kafka:9092; create it, or take shop\.purchases out/,
  );
  expect(created).toEqual([]);
});

it('Weir’s own topics are made, and all topics of the log in the data folder, for no longer than the settings say', async () => {
  const { log, created } = logWith();
  await createTopics(log, purchases, readSettings({ WEIR_BROKERS: 'kafka:9092' }));
  await createTopics(log, purchases, readSettings({ WEIR_TOPICS: TOPICS, WEIR_LOG_RETENTION_HOURS: '2' }));
  expect(created.map(({ topic }) => topic)).toEqual(['shop.purchases', 'orders']);
  expect(created[1]?.retentionMs).toBe(2 * 3_600_000);
});

describe('the topic of a refined stream', () => {
  const searches = contracts.filter(({ name }) => name.startsWith('search.'));

  /** Topics with so many kafka partitions each; 0 is a topic that is not there. */
  function growingLog(counts: Record<string, number>) {
    const appended: (readonly [string, number])[] = [];
    const log = {
      createTopic: async ({ topic, kafkaPartitions }: TopicSettings) => {
        counts[topic] = Math.max(counts[topic] ?? 0, kafkaPartitions);
      },
      kafkaPartitions: async (topic: string) => counts[topic] ?? 0,
      append: async (topic: string, kafkaPartition: number) => {
        if (kafkaPartition >= (counts[topic] ?? 0)) throw new Error(`no kafka partition ${kafkaPartition}`);
        appended.push([topic, kafkaPartition]);
        return { firstOffset: 0 };
      },
    };
    return { log, counts, appended };
  }

  it('has as many kafka partitions as its source’s really has, not as the contract says', async () => {
    const { log, counts } = growingLog({ clicks: 9, 'search.offers': 4 });
    await createTopics(log, searches, readSettings({ WEIR_TOPICS: 'search.raw=clicks', WEIR_BROKERS: 'kafka:9092' }));
    expect(counts).toEqual({ clicks: 9, 'search.offers': 9, 'search.processed': 9 });
  });

  it('is refused at the start where it belongs to others and has too few, with what to do', async () => {
    const { log, counts } = growingLog({ clicks: 9, theirs: 8 });
    const topics = { WEIR_TOPICS: 'search.raw=clicks,search.offers=theirs', WEIR_BROKERS: 'kafka:9092' };
    await expect(createTopics(log, searches, readSettings(topics))).rejects.toThrow(
      'WEIR_TOPICS: search.offers: expected 9 kafka partitions in topic theirs, as many as the topic of search.raw has, ' +
        'which it is refined from; found 8. Add kafka partitions to it',
    );
    expect(counts).toMatchObject({ clicks: 9, theirs: 8 });
  });

  it('grows with its source’s while that is read', async () => {
    const { log, counts, appended } = growingLog({ 'search.raw': 4, 'search.offers': 4 });
    const refined = refinedTopicsLog(log, searches, readSettings({}));
    const record = { key: null, value: null, headers: [] };
    for (const kafkaPartition of [3, 5, 4, 5]) await refined.append('search.offers', kafkaPartition, [record]);
    expect(counts['search.offers']).toBe(6);
    expect(appended.map(([, kafkaPartition]) => kafkaPartition)).toEqual([3, 5, 4, 5]);
  });
});
