import type { Contract } from '../contracts/contract.ts';
import { topicOf, topicSettings } from '../derive/topic.ts';
import { type EventLog, type TopicSettings, UnknownTopicError } from '../pipeline/ports.ts';
import { settings as all, SettingError, type Settings } from '../settings.ts';

const HOUR_MS = 3_600_000;

/** The stream's topic on this machine, with the contract's retention, or the settings' retention if that is shorter. */
function localTopic(contract: Contract, settings: Settings): TopicSettings {
  const derived = topicSettings(contract, settings.topics);
  return { ...derived, retentionMs: Math.min(derived.retentionMs, settings.logRetentionHours * HOUR_MS) };
}

type TopicLog = Pick<EventLog, 'createTopic' | 'kafkaPartitions'>;

/**
 * Creates a topic for every stream; a refined stream's topic gets as many kafka partitions as its source's topic
 * actually has. A topic that the settings name in a Kafka cluster is managed elsewhere: it must exist, and is not
 * changed.
 * @throws SettingError if it does not exist, or has fewer kafka partitions than its source.
 */
export async function createTopics(log: TopicLog, contracts: readonly Contract[], settings: Settings): Promise<void> {
  for (const contract of contracts) {
    if (isForeign(contract, settings)) await assertTopic(log, contract, settings);
    else await log.createTopic(localTopic(contract, settings));
  }
  for (const contract of contracts) {
    const source = contracts.find(({ name }) => name === contract.refinedFrom);
    if (source === undefined) continue;
    const wanted = await log.kafkaPartitions(topicOf(source, settings.topics));
    await growTo(log, contract, { wanted, settings });
  }
}

/** The log as refinements append to it: a source's topic may gain kafka partitions while it is read. */
export function refinedTopicsLog(
  log: TopicLog & Pick<EventLog, 'append'>,
  contracts: readonly Contract[],
  settings: Settings,
): Pick<EventLog, 'append'> {
  const refined = new Map(contracts.map((contract) => [topicOf(contract, settings.topics), contract]));
  /** By topic. The counts only ever grow. */
  const counts = new Map<string, number>();
  return {
    append: async (topic, kafkaPartition, records) => {
      const contract = refined.get(topic);
      if (contract !== undefined && kafkaPartition >= (counts.get(topic) ?? 0)) {
        counts.set(topic, await growTo(log, contract, { wanted: kafkaPartition + 1, settings }));
      }
      return log.append(topic, kafkaPartition, records);
    },
  };
}

function isForeign({ name }: Contract, { brokers, topics }: Settings): boolean {
  return brokers !== '' && topics.has(name);
}

/**
 * Grows the topic to its source's number of kafka partitions. Returns how many it has. A refined record goes to the
 * kafka partition with its source's number.
 */
async function growTo(
  log: TopicLog,
  contract: Contract,
  { wanted, settings }: { readonly wanted: number; readonly settings: Settings },
): Promise<number> {
  const topic = topicOf(contract, settings.topics);
  const found = await log.kafkaPartitions(topic);
  if (found >= wanted) return found;
  if (isForeign(contract, settings)) {
    throw new SettingError(
      `${all.topics.variable}: ${contract.name}: expected ${wanted} kafka partitions in topic ${topic}, as many as the topic ` +
        `of ${contract.refinedFrom} has, which it is refined from; found ${found}. Add kafka partitions to it`,
    );
  }
  await log.createTopic({ ...localTopic(contract, settings), kafkaPartitions: wanted });
  return wanted;
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
