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
  /** Streams whose metrics are counted anew, from the beginning of the lake. The schedule sends none: gaps are filled only. */
  readonly rebuild?: readonly string[];
}

export interface RecountResult {
  /** Offsets that were counted from the lake. */
  readonly recounted: number;
  /** Offsets that the lake does not have yet, or that there was no time for: a later run counts them. */
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

/** No step begins with less than this left: one of 200,000 rows takes some ten seconds. */
const STEP_TAKES_MS = 60_000;

const FIRST_WAIT_MS = 5 * 60_000;
/** What the lake does not have stays so for good where the topic had lost its first records before the sink came. */
const MAX_WAIT_MS = 24 * 3_600_000;

/** What was left of a shard when the lake was last looked at. */
interface Waiting {
  readonly left: number;
  readonly untilMs: number;
  readonly waitMs: number;
}

/**
 * Counts from the lake what live metrics lack: gaps, metrics that are new, a store that was lost. Streams that are to be rebuilt are
 * emptied first. It may be called any number of times at once, and be ended at any moment. A look at the whole lake is dear, so a
 * shard that still lacks what it lacked is looked at less and less often.
 * @throws for the stream's name where it has no live metrics; what kept a shard from being counted, after all others are.
 */
export function createHandler(deps: RecountDeps) {
  const { contracts, topics, incarnations, store, lake, clock } = deps;
  const waiting = new Map<string, Waiting>();

  const fillShard = async (fillDeps: FillDeps, filling: ShardToFill, isRebuilt: boolean): Promise<RecountResult> => {
    if (isRebuilt) await forgetMetrics(fillDeps, filling);
    const name = shardName(filling.shard);
    const before = waiting.get(name);
    if (!isRebuilt && before !== undefined && clock.now() < before.untilMs) {
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

  return async (
    { rebuild = [] }: RecountEvent,
    context: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<RecountResult> => {
    const metered = meteredStreams(contracts);
    assertMetered(rebuild, metered);
    const offsets = new Map((await deps.offsets()).map(({ stream, committed }) => [stream, committed]));
    const hasTime = () => context.getRemainingTimeInMillis() > STEP_TAKES_MS;
    const failures: unknown[] = [];
    let [recounted, uncounted] = [0, 0];
    for (const contract of metered) {
      const topic = topicOf(contract, topics);
      const incarnation = incarnations.get(contract.name) ?? 0;
      const committed = offsets.get(contract.name) ?? [];
      const isRebuilt = rebuild.includes(contract.name);
      for (const filling of await shardsToFill(deps, { contract, topic, incarnation, committed })) {
        try {
          const found = await fillShard({ ...lake, metrics: store, hasTime }, filling, isRebuilt);
          recounted += found.recounted;
          uncounted += found.uncounted;
        } catch (error) {
          // One shard, such as one that newer code counts already during a deployment, holds up no other.
          failures.push(error);
        }
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
