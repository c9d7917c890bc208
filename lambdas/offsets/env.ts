import type { Environment } from '../environment.ts';

export const offsetsVariables = ['GROUP_OWNER', 'KAFKA_BROKERS', 'WEIR_TOPICS'] as const;

/** `GROUP_OWNER`: the owner of the consumer groups, such as `weir-dev`. `KAFKA_BROKERS`: `host:9098,…`, with IAM. */
export type OffsetsEnv = Environment<typeof offsetsVariables>;
