import type { Contract } from '../../lib/contracts/contract.ts';
import { metricDefinitions } from '../../lib/derive/metric-definitions.ts';
import { meter } from '../../lib/pipeline/meter/meter.ts';
import type { AskedMetric } from '../../lib/pipeline/meter/read-metric.ts';
import { memoryMetricStore } from './memory-metric-store.ts';
import { batchOf, type MeteredRecord } from './metered.ts';

/** The metrics of a stream's contract, ready to be queried. */
export function askedMetrics(contract: Contract): readonly AskedMetric[] {
  const { allowedLatenessSeconds } = contract;
  return metricDefinitions(contract).map((definition) => ({ definition, allowedLatenessSeconds }));
}

/**
 * A store in which the meter has counted a stream's records starting at offset `from`, one list for each kafka
 * partition.
 */
export async function countedStore(
  contract: Contract,
  kafkaPartitions: readonly (readonly MeteredRecord[])[],
  { store = memoryMetricStore(), from = 0 } = {},
) {
  const definitions = metricDefinitions(contract);
  const count = meter({ store, definitionsOf: () => definitions, windowRetentionSeconds: 48 * 3600 });
  for (const [kafkaPartition, records] of kafkaPartitions.entries()) {
    await count(batchOf(contract, records, { kafkaPartition, from }));
  }
  return store;
}
