import type { MetricDefinition } from '../../derive/metric-definitions.ts';
import type { MetricChange } from '../metric-store.ts';
import type { CountedMetric, ShardState } from './shard-state.ts';

/** The shard counts metrics that this code does not know: newer code must continue, or an operator must drop them. */
export class UnknownMetricError extends Error {
  override readonly name = 'UnknownMetricError';
}

interface Metrics {
  readonly metrics: readonly CountedMetric[];
  /** The changes that remove metrics that are no longer counted. */
  readonly dropped: readonly MetricChange[];
}

/**
 * Returns the metrics that a shard counts from now on. For a definition that is new to the shard, all covered offsets
 * are still to be counted. A metric that is no longer declared is dropped if the contract is newer than all code that
 * has counted here.
 * @throws UnknownMetricError if newer code has counted, or may have.
 */
export function counting(
  shard: ShardState,
  definitions: readonly MetricDefinition[],
  contractVersion: number,
): Metrics {
  if (contractVersion < shard.contractVersion) {
    throw new UnknownMetricError(
      `${shard.topic}: expected metrics counted by contract version ${contractVersion} at most, found ` +
        `${shard.contractVersion}: newer code goes on here`,
    );
  }
  const unknown = unknownMetrics(shard, definitions);
  if (unknown.length > 0 && contractVersion === shard.contractVersion) {
    throw new UnknownMetricError(
      `${shard.topic}: expected the metrics ${definitions.map(({ id }) => id).join(', ')}, found ` +
        `${unknown.map(({ id }) => id).join(', ')} counted, too. During a deployment its newer code goes on here; if they are ` +
        'not declared any more, weir metrics rebuild drops them, and so does a higher version of the contract',
    );
  }
  return withMetrics(shard, definitions);
}

/** The same, but drops undeclared metrics whichever code has counted them. */
export function withMetrics(shard: ShardState, definitions: readonly MetricDefinition[]): Metrics {
  const known = new Map(shard.metrics.map((metric) => [metric.id, metric]));
  return {
    metrics: definitions.map(({ id }) => known.get(id) ?? { id, missing: shard.covered, expired: 0 }),
    dropped: unknownMetrics(shard, definitions).map(({ id }) => cleared(id)),
  };
}

function unknownMetrics({ metrics }: ShardState, definitions: readonly MetricDefinition[]): readonly CountedMetric[] {
  const known = new Set(definitions.map(({ id }) => id));
  return metrics.filter(({ id }) => !known.has(id));
}

/** Removes every entry of a metric. */
export function cleared(metric: string): MetricChange {
  return { metric, merges: [], entries: [], clear: true, dropBelow: null };
}
