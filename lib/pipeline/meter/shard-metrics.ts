import type { MetricDefinition } from '../../derive/metric-definitions.ts';
import type { MetricChange } from '../metric-store.ts';
import type { CountedMetric, ShardState } from './shard-state.ts';

/** The shard counts metrics that this code does not know: newer code has to go on, or somebody has to drop them. */
export class UnknownMetricError extends Error {
  override readonly name = 'UnknownMetricError';
}

interface Metrics {
  readonly metrics: readonly CountedMetric[];
  /** What becomes of those that are not counted any more. */
  readonly dropped: readonly MetricChange[];
}

/**
 * The metrics that a shard counts from now on. A definition that is new to it has everything that is covered still to be
 * counted. One that is no longer declared goes when the contract is newer than all code that has counted here.
 * @throws UnknownMetricError where newer code has counted, or may have.
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

/** The same, but what is not declared goes whoever has counted it. */
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
