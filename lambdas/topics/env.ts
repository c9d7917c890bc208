import type { Environment } from '../environment.ts';

export const topicsVariables = ['KAFKA_BROKERS'] as const;

/** `KAFKA_BROKERS`: `host:9098,…`, with IAM. */
export type TopicsEnv = Environment<typeof topicsVariables>;
