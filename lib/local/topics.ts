import type { Contract } from '../contracts/contract.ts';
import { topicOf, topicSettings } from '../derive/topic.ts';
import { type EventLog, type TopicSettings, UnknownTopicError } from '../pipeline/ports.ts';
import { settings as all, SettingError, type Settings } from '../settings.ts';

const HOUR_MS = 3_600_000;

/** The stream's topic as this machine keeps it: for the contract's retention, or less where the settings say so. */
function localTopic(contract: Contract, settings: Settings): TopicSettings {
  const derived = topicSettings(contract, settings.topics);
  return { ...derived, retentionMs: Math.min(derived.retentionMs, settings.logRetentionHours * HOUR_MS) };
}

type TopicLog = Pick<EventLog, 'createTopic' | 'kafkaPartitions'>;

/**
 * Has the log hold a topic for every stream. A topic of a Kafka cluster that the settings name belongs to others: it must
 * be there, and stays as it is.
 * @throws SettingError when it is not there.
 */
export async function createTopics(log: TopicLog, contracts: readonly Contract[], settings: Settings): Promise<void> {
  for (const contract of contracts) {
    const isForeign = settings.brokers !== '' && settings.topics.has(contract.name);
    if (isForeign) await assertTopic(log, contract, settings);
    else await log.createTopic(localTopic(contract, settings));
  }
}

async function assertTopic(log: TopicLog, contract: Contract, { topics, brokers }: Settings): Promise<void> {
  const topic = topicOf(contract, topics);
  try {
    await log.kafkaPartitions(topic);
  } catch (error) {
    if (!(error instanceof UnknownTopicError)) throw error;
    const advice = `create it, or take ${contract.name} out of ${all.topics.variable} to have Weir make a topic`;
    throw new SettingError(`${all.topics.variable}: ${contract.name}: no topic ${topic} on ${brokers}; ${advice}`, {
      cause: error,
    });
  }
}
