import type { Contract } from '../contracts/contract.ts';

export type TimestampType = 'LogAppendTime' | 'CreateTime';

/** A topic as Weir creates it. */
export interface TopicSettings {
  readonly topic: string;
  readonly kafkaPartitions: number;
  readonly timestampType: TimestampType;
  readonly retentionMs: number;
}

const HOUR_MS = 3_600_000;

/**
 * The largest event that a topic accepts: one that fits as base64 into a Lambda payload of 6 MB.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const MAX_EVENT_BYTES = 4 * 1024 * 1024;

/** Room for the largest event and its envelope. */
const MAX_MESSAGE_BYTES = MAX_EVENT_BYTES + 64 * 1024;

/** The stream's topic: its own name, unless `topics` (stream to topic) says otherwise. */
export function topicOf(contract: Pick<Contract, 'name'>, topics: ReadonlyMap<string, string> = new Map()): string {
  return topics.get(contract.name) ?? contract.name;
}

/** The stream's topic. The broker's clock stamps its records, so that past hours get no new records. */
export function topicSettings(contract: Contract, topics?: ReadonlyMap<string, string>): TopicSettings {
  return {
    topic: topicOf(contract, topics),
    kafkaPartitions: contract.kafkaPartitions,
    timestampType: 'LogAppendTime',
    retentionMs: contract.retentionHours * HOUR_MS,
  };
}

/**
 * The topic's configuration by Kafka's names, limited to what MSK Serverless allows.
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/serverless-config.html
 */
export function topicConfig({ timestampType, retentionMs }: TopicSettings): Readonly<Record<string, string>> {
  return {
    'cleanup.policy': 'delete',
    'max.message.bytes': String(MAX_MESSAGE_BYTES),
    'message.timestamp.type': timestampType,
    'retention.ms': String(retentionMs),
  };
}
