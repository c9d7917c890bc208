import type { TopicSettings } from '../../lib/derive/topic.ts';
import { type Clock, TopicRefusedError } from '../../lib/pipeline/ports.ts';
import { property, type ResourceAnswer, type ResourceProperties, type ResourceRequest } from '../custom-resource.ts';

/** The part of the topic port that the handler needs. */
interface TopicKeeper {
  /**
   * Creates the topic, or updates its configuration and adds kafka partitions. Idempotent; deletes nothing.
   * @throws TopicRefusedError if the topic has more kafka partitions than requested: Kafka never removes one.
   */
  keep(settings: TopicSettings): Promise<void>;
}

interface TopicsDeps {
  readonly topics: TopicKeeper;
  readonly clock: Clock;
  /** Logs each failure that will be retried. */
  readonly warn: (line: string) => void;
}

/**
 * How long a failing request is retried, in milliseconds. The brokers refuse a role that was just created until IAM has
 * propagated it, which takes seconds to a minute or two, and new brokers refuse connections for a while.
 */
export const RETRY_FOR_MS = 180_000;
const PAUSE_MS = 5_000;

/** Keeps a topic in line with its resource's properties. Deleting or renaming the resource keeps the records. */
export function createHandler({
  topics,
  clock,
  warn,
}: TopicsDeps): (request: ResourceRequest) => Promise<ResourceAnswer> {
  const keep = async (settings: TopicSettings) => {
    const untilMs = clock.now() + RETRY_FOR_MS;
    for (;;) {
      try {
        return await topics.keep(settings);
      } catch (error) {
        if (error instanceof TopicRefusedError || clock.now() + PAUSE_MS > untilMs) throw error;
        warn(`${error instanceof Error ? error.message : String(error)}; trying again`);
        await clock.sleep(PAUSE_MS);
      }
    }
  };
  return async ({ type, properties, physicalId }) => {
    if (type === 'Delete') return { physicalId: physicalId ?? property(properties, 'topic') };
    const settings = topicSettings(properties);
    await keep(settings);
    return { physicalId: settings.topic };
  };
}

function topicSettings(properties: ResourceProperties): TopicSettings {
  const timestampType = property(properties, 'timestampType');
  if (timestampType !== 'LogAppendTime' && timestampType !== 'CreateTime') {
    throw new Error(`timestampType: expected LogAppendTime or CreateTime, found "${timestampType}"`);
  }
  return {
    topic: property(properties, 'topic'),
    kafkaPartitions: wholeNumber(properties, 'kafkaPartitions'),
    retentionMs: wholeNumber(properties, 'retentionMs'),
    timestampType,
  };
}

function wholeNumber(properties: ResourceProperties, name: string): number {
  const text = property(properties, name);
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new Error(`${name}: expected a whole number of 1 or more, found "${text}"`);
  return Number(text);
}
