import { PermanentError } from '../../pipeline/permanent-error.ts';

/** What a person can do, by the name of the protocol's error. */
const advice: Readonly<Record<string, string>> = {
  MESSAGE_TOO_LARGE: 'a record is larger than the topic takes: raise its max.message.bytes, or send smaller ones',
  NOT_ENOUGH_REPLICAS: 'too few copies of the kafka partition are in sync: start the missing brokers',
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: 'too few copies of the kafka partition are in sync: start the missing brokers',
  INVALID_REPLICATION_FACTOR: 'the cluster has too few brokers for its default replication factor',
  TOPIC_AUTHORIZATION_FAILED: 'this user may not use the topic: grant it',
  GROUP_AUTHORIZATION_FAILED: 'this user may not use the group: grant it',
  CLUSTER_AUTHORIZATION_FAILED: 'this user may not do that on the cluster: grant it',
};

const UNREACHABLE = 'is the broker running, and are the addresses right?';

/**
 * An error that says what failed, where and why, in one line; the original is its cause. Permanent where the cause is, or
 * where a right is missing.
 */
export function kafkaTrouble(attempt: string, brokers: readonly string[], error: unknown): Error {
  const first = firstCause(error);
  const type = typeOf(first);
  const hint = advice[type] ?? (isConnectionTrouble(first) ? UNREACHABLE : undefined);
  const found = first instanceof Error ? first.message : String(first);
  const isPermanent = first instanceof PermanentError || type.endsWith('_AUTHORIZATION_FAILED');
  const message = `Kafka at ${brokers.join(',')}: cannot ${attempt}: ${found}${hint ? ` (${hint})` : ''}`;
  return new (isPermanent ? PermanentError : Error)(message, { cause: error });
}

/** What is behind "number of retries exceeded", which kafkajs may say several times over. */
function firstCause(error: unknown): unknown {
  // By name, because Node does not find kafkajs's error classes among its exports.
  const isRetries = error instanceof Error && error.name === 'KafkaJSNumberOfRetriesExceeded';
  return isRetries && error.cause ? firstCause(error.cause) : error;
}

/** The protocol's name of the error, such as `REBALANCE_IN_PROGRESS`; empty for any other. */
function typeOf(error: unknown): string {
  return error instanceof Error && 'type' in error && typeof error.type === 'string' ? error.type : '';
}

function isConnectionTrouble(error: unknown): boolean {
  return error instanceof Error && /Connection|RequestTimeout|NoBroker|Closed/.test(`${error.name} ${error.message}`);
}

/** The group has moved on: the member must join again before it can commit. */
export function isRebalance(error: unknown): boolean {
  const moved = ['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'NOT_COORDINATOR_FOR_GROUP'];
  return moved.includes(typeOf(firstCause(error)));
}
