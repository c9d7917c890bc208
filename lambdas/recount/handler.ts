import type { Context } from 'aws-lambda';
import type { Contract } from '../../lib/contracts/contract.ts';
import { topicOf } from '../../lib/derive/topic.ts';
import { meteredStreams } from '../../lib/derive/topic-readers.ts';
import {
  type FillDeps,
  fillGaps,
  forgetMetrics,
  missingOffsets,
  type ShardToFill,
} from '../../lib/pipeline/meter/fill-gaps.ts';
import type { AskedMetric } from '../../lib/pipeline/meter/read-metric.ts';
import { shardsToFill } from '../../lib/pipeline/meter/shards-to-fill.ts';
import { type MetricStore, shardName } from '../../lib/pipeline/metric-store.ts';
import type { Clock } from '../../lib/pipeline/ports.ts';
import type { StreamOffsets } from '../offsets/handler.ts';

export interface RecountEvent {
  /** Streams whose metrics are recounted from the beginning of the lake. The schedule sends none: it fills gaps. */
  readonly rebuild?: readonly string[];
}

export interface RecountResult {
  /** Offsets that were counted from the lake. */
  readonly recounted: number;
  /** Offsets that the lake does not have yet, or that the run had no time for: a later run counts them. */
  readonly uncounted: number;
}

export interface RecountDeps {
  readonly contracts: readonly Contract[];
  readonly topics: ReadonlyMap<string, string>;
  readonly incarnations: ReadonlyMap<string, number>;
  readonly metrics: readonly AskedMetric[];
  readonly store: Pick<MetricStore, 'read' | 'step' | 'shards'>;
  readonly lake: Omit<FillDeps, 'metrics' | 'hasTime'>;
  readonly offsets: () => Promise<readonly StreamOffsets[]>;
  readonly clock: Pick<Clock, 'now'>;
}

/** No step starts with less time left: a step of 200,000 rows takes about ten seconds. */
const STEP_TAKES_MS = 60_000;

const FIRST_WAIT_MS = 5 * 60_000;
/** A gap remains forever if the topic had expired its first records before the sink was deployed. */
const MAX_WAIT_MS = 24 * 3_600_000;

/** The state of a shard that was incomplete after the last check of the lake. */
interface Waiting {
  readonly left: number;
  readonly untilMs: number;
  readonly waitMs: number;
}

/**
 * Counts from the lake what live metrics lack: gaps, new metrics, a lost store. Streams to be rebuilt are emptied
 * first. Concurrent calls are safe, and so is a kill at any moment. Checking the whole lake is expensive, so a shard
 * whose gap has not changed is checked less and less often.
 * @throws for a stream without live metrics; if a rebuild cannot empty a shard, before any is counted; if a shard
 * cannot be counted, after all others are.
 */
export function createHandler(deps: RecountDeps) {
  const { contracts, topics, incarnations, store, lake, clock } = deps;
  const waiting = new Map<string, Waiting>();

  const fillShard = async (fillDeps: FillDeps, filling: ShardToFill): Promise<RecountResult> => {
    const name = shardName(filling.shard);
    const before = waiting.get(name);
    if (before !== undefined && clock.now() < before.untilMs) {
      const missing = await missingOffsets(fillDeps, filling);
      if (missing === before.left) return { recounted: 0, uncounted: missing };
    }
    const { filled, left } = await fillGaps(fillDeps, filling);
    waiting.delete(name);
    if (left > 0 && fillDeps.hasTime?.() !== false) {
      const waitMs = left === before?.left ? Math.min(before.waitMs * 2, MAX_WAIT_MS) : FIRST_WAIT_MS;
      waiting.set(name, { left, waitMs, untilMs: clock.now() + waitMs });
    }
    return { recounted: filled, uncounted: left };
  };

  const shardsOf = async (streams: readonly Contract[]): Promise<readonly ShardToFill[]> => {
    const offsets = new Map((await deps.offsets()).map(({ stream, committed }) => [stream, committed]));
    const found: ShardToFill[] = [];
    for (const contract of streams) {
      const topic = topicOf(contract, topics);
      const incarnation = incarnations.get(contract.name) ?? 0;
      const committed = offsets.get(contract.name) ?? [];
      found.push(...(await shardsToFill(deps, { contract, topic, incarnation, committed })));
    }
    return found;
  };

  return async (
    { rebuild = [] }: RecountEvent,
    context: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<RecountResult> => {
    const metered = meteredStreams(contracts);
    assertMetered(rebuild, metered);
    const shards = await shardsOf(metered);
    // Empty all of them before counting any: a run that ends early leaves only gaps, which the next run fills.
    for (const filling of shards) {
      if (!rebuild.includes(filling.contract.name)) continue;
      await forgetMetrics({ metrics: store }, filling);
      waiting.delete(shardName(filling.shard));
    }
    const hasTime = () => context.getRemainingTimeInMillis() > STEP_TAKES_MS;
    const failures: unknown[] = [];
    let [recounted, uncounted] = [0, 0];
    for (const filling of shards) {
      try {
        const found = await fillShard({ ...lake, metrics: store, hasTime }, filling);
        recounted += found.recounted;
        uncounted += found.uncounted;
      } catch (error) {
        // A failing shard must not delay the others; during a deployment, newer code may already count it, for example.
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return { recounted, uncounted };
  };
}

function assertMetered(names: readonly string[], metered: readonly Contract[]): void {
  const known = metered.map(({ name }) => name);
  if (!Array.isArray(names)) {
    throw new Error(`rebuild: expected a list of streams, found ${JSON.stringify(names)}`);
  }
  for (const name of names) {
    if (!known.includes(name)) {
      throw new Error(`rebuild: expected streams that have live metrics (${known.join(', ')}), found "${name}"`);
    }
  }
}
