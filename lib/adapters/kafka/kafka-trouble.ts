import { PermanentError } from '../../pipeline/permanent-error.ts';
import { settings } from '../../settings.ts';

/** What to do, by the protocol's error name. */
const advice: Readonly<Record<string, string>> = {
  MESSAGE_TOO_LARGE: 'a record is larger than the topic takes: raise its max.message.bytes, or send smaller ones',
  NOT_ENOUGH_REPLICAS: 'too few copies of the kafka partition are in sync: start the missing brokers',
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: 'too few copies of the kafka partition are in sync: start the missing brokers',
  INVALID_REPLICATION_FACTOR: 'the cluster has too few brokers for its default replication factor',
  TOPIC_AUTHORIZATION_FAILED: 'this user may not use the topic: grant it',
  GROUP_AUTHORIZATION_FAILED: 'this user may not use the group: grant it',
  CLUSTER_AUTHORIZATION_FAILED: 'this user may not do that on the cluster: grant it',
};

const UNREACHABLE = 'is the broker running, are the addresses right, and does its port want TLS or a login?';

const {
  kafkaCaFile,
  kafkaCertificateFile,
  kafkaKeyFile,
  kafkaUsername,
  kafkaPassword,
  kafkaSaslMechanism,
  kafkaSecurity,
} = settings;

/** What to do, by the message from TLS or the login. */
const adviceByText: readonly (readonly [RegExp, string])[] = [
  // An alert is the broker's message about this side. It must come first, because the other patterns would interpret it
  // as being about the broker's side.
  [
    /alert (bad certificate|certificate|unknown ca)/i,
    `the broker wants a client certificate that it trusts: set ${kafkaCertificateFile.variable} and ${kafkaKeyFile.variable}`,
  ],
  [/altname/i, 'name the broker by a name that its certificate has'],
  [
    /self.signed|unable to (get|verify)|certificate/i,
    `the broker’s certificate is of a CA that is not trusted: set ${kafkaCaFile.variable} to the right one`,
  ],
  [/wrong version number|EPROTO|SSL routines/i, `the port speaks no TLS: set ${kafkaSecurity.variable}`],
  [
    /SASL|authentication failed/i,
    `the login was refused: check ${kafkaUsername.variable}, ${kafkaPassword.variable} and ${kafkaSaslMechanism.variable}`,
  ],
];

/**
 * An error that says in one line what failed, where and why; the original is its cause. Permanent if the cause is
 * permanent, or if a permission is missing.
 */
export function kafkaTrouble(attempt: string, brokers: readonly string[], error: unknown): Error {
  const first = firstCause(error);
  const type = typeOf(first);
  const hint = kafkaAdvice(first);
  // OpenSSL's messages end with a line break.
  const found = (first instanceof Error ? first.message : String(first)).replaceAll(/\s+/g, ' ').trim();
  const isPermanent = first instanceof PermanentError || type.endsWith('_AUTHORIZATION_FAILED');
  const message = `Kafka at ${brokers.join(',')}: cannot ${attempt}: ${found}${hint ? ` (${hint})` : ''}`;
  return new (isPermanent ? PermanentError : Error)(message, { cause: error });
}

/** What to do; undefined if unknown. */
export function kafkaAdvice(error: unknown): string | undefined {
  const text = error instanceof Error ? `${error.name} ${error.message}` : '';
  const known = advice[typeOf(error)] ?? adviceByText.find(([pattern]) => pattern.test(text))?.[1];
  return known ?? (isConnectionTrouble(error) ? UNREACHABLE : undefined);
}

/** The cause of "number of retries exceeded", which kafkajs may nest several times. */
function firstCause(error: unknown): unknown {
  // By name, because Node does not find kafkajs's error classes among its exports.
  const isRetries = error instanceof Error && error.name === 'KafkaJSNumberOfRetriesExceeded';
  return isRetries && error.cause ? firstCause(error.cause) : error;
}

/** The protocol's name of the error, such as `REBALANCE_IN_PROGRESS`; empty for other errors. */
function typeOf(error: unknown): string {
  return error instanceof Error && 'type' in error && typeof error.type === 'string' ? error.type : '';
}

function isConnectionTrouble(error: unknown): boolean {
  return error instanceof Error && /Connection|RequestTimeout|NoBroker|Closed/.test(`${error.name} ${error.message}`);
}

/** A record, or its request, is larger than the topic accepts. */
export function isTooLarge(error: unknown): boolean {
  return ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'].includes(typeOf(firstCause(error)));
}

/** The broker does not know the topic or its leaders; for a new topic, it will shortly. */
export function isNotYetKnown(error: unknown): boolean {
  return ['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE'].includes(typeOf(firstCause(error)));
}

/** The group has moved on: the member must rejoin before it can commit. */
export function isRebalance(error: unknown): boolean {
  const moved = ['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'NOT_COORDINATOR_FOR_GROUP'];
  return moved.includes(typeOf(firstCause(error)));
}
