import type { Environment } from '../environment.ts';

export const ingestVariables = ['KAFKA_BROKERS', 'WEIR_TOPICS'] as const;

/** `KAFKA_BROKERS`: `host:9098,…`, with IAM. The other variable is a setting. */
export type IngestEnv = Environment<typeof ingestVariables>;
