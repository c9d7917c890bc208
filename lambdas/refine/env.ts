import type { Environment } from '../environment.ts';

export const refineVariables = ['KAFKA_BROKERS', 'WEIR_INCARNATIONS', 'WEIR_TOPICS'] as const;

/** `KAFKA_BROKERS`: `host:9098,…`, with IAM. The other variables are settings. */
export type RefineEnv = Environment<typeof refineVariables>;
