import type { Contract } from '../contracts/contract.ts';
import { topicSettings } from '../derive/topic.ts';
import type { EventLog, TopicSettings } from '../pipeline/ports.ts';
import type { Settings } from '../settings.ts';

const HOUR_MS = 3_600_000;

/** The stream's topic as this machine keeps it: for the contract's retention, or less where the settings say so. */
function localTopic(contract: Contract, settings: Settings): TopicSettings {
  const derived = topicSettings(contract, settings.topics);
  return { ...derived, retentionMs: Math.min(derived.retentionMs, settings.logRetentionHours * HOUR_MS) };
}

/** Has the log hold a topic for every stream. */
export async function createTopics(log: EventLog, contracts: readonly Contract[], settings: Settings): Promise<void> {
  for (const contract of contracts) await log.createTopic(localTopic(contract, settings));
}
