import { expect, it } from 'vitest';
import { createTopics } from '../../lib/local/topics.ts';
import { type TopicSettings, UnknownTopicError } from '../../lib/pipeline/ports.ts';
import { readSettings } from '../../lib/settings.ts';
import { contracts } from '../support/shipped.ts';

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
