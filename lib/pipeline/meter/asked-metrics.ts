import type { Contract } from '../../contracts/contract.ts';
import { type MetricDefinition, metricDefinitions } from '../../derive/metric-definitions.ts';
import type { AskedMetric } from './read-metric.ts';

/** Every declared metric, in the order of the contracts. */
export function askedMetrics(
  contracts: readonly Contract[],
  settings: { readonly windowSeconds: number },
): readonly AskedMetric[] {
  return contracts.flatMap((contract) =>
    metricDefinitions(contract, settings).map((definition) => ({
      definition,
      allowedLatenessSeconds: contract.allowedLatenessSeconds,
    })),
  );
}

/** The metric definitions of one stream. */
export function definitionsOf(metrics: readonly AskedMetric[], stream: string): readonly MetricDefinition[] {
  return metrics.map(({ definition }) => definition).filter((definition) => definition.stream === stream);
}
