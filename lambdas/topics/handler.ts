import type { TopicSettings } from '../../lib/derive/topic.ts';
import { property, type ResourceAnswer, type ResourceProperties, type ResourceRequest } from '../custom-resource.ts';

/** A topic, as the handler needs it. */
export interface TopicKeeper {
  /**
   * Makes the topic, or gives it more kafka partitions and another configuration. Idempotent; deletes nothing.
   * @throws when the topic has more kafka partitions than are asked for: Kafka never takes one away.
   */
  keep(settings: TopicSettings): Promise<void>;
}

/** Keeps a topic as its resource's properties say. What is on it stays, whatever is deleted or renamed. */
export function createHandler(topics: TopicKeeper): (request: ResourceRequest) => Promise<ResourceAnswer> {
  return async ({ type, properties, physicalId }) => {
    if (type === 'Delete') return { physicalId: physicalId ?? property(properties, 'topic') };
    const settings = topicSettings(properties);
    await topics.keep(settings);
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
