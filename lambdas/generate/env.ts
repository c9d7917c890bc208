import type { Environment } from '../environment.ts';

export const generateVariables = ['KAFKA_BROKERS', 'WEIR_RATE', 'WEIR_TOPICS'] as const;

/** `KAFKA_BROKERS`: `host:9098,…`, with IAM. The other variables are settings. */
export type GenerateEnv = Environment<typeof generateVariables>;
