import { setTimeout as sleep } from 'node:timers/promises';
import type { Contract } from '../contracts/contract.ts';
import { topicOf } from '../derive/topic.ts';
import { meteredStreams } from '../derive/topic-readers.ts';
import {
  type FillDeps,
  fillGaps,
  forgetMetrics,
  forgetReplayed,
  type ShardToFill,
} from '../pipeline/meter/fill-gaps.ts';
import { shardToFill } from '../pipeline/meter/shards-to-fill.ts';
import type { Settings } from '../settings.ts';
import { type FillOptions, fillDeps } from './fill-metrics.ts';
import { type LiveMetrics, type LiveMetricsOptions, openLiveMetrics } from './live-metrics.ts';

/** By default, the longest that a concurrent sink or meter takes to catch up with the other. */
const PATIENCE_MS = 30_000;
const LOOK_EVERY_MS = 1_000;

/**
 * The shards from which a stream's metrics have been counted, of every incarnation. Shards that were never counted are
 * left to the pipeline.
 */
export async function countedShards(
  contract: Contract,
  live: LiveMetrics,
  { topics }: Pick<Settings, 'topics'>,
): Promise<readonly ShardToFill[]> {
  const topic = topicOf(contract, topics);
  const shards = await live.store.shards(contract.name);
  return shards.map((shard) => shardToFill(contract, live.metrics, { shard, topic, committed: 0 }));
}

/**
 * Counts from the lake, including rows of replays, until nothing is left, or for as long as waiting for concurrent
 * processes makes sense.
 */
async function recount(
  deps: FillDeps,
  shards: readonly ShardToFill[],
): Promise<{ readonly counted: number; readonly left: number }> {
  const untilMs = Date.now() + PATIENCE_MS;
  let left = 0;
  let counted = 0;
  do {
    if (left > 0) await sleep(LOOK_EVERY_MS);
    left = 0;
    for (const filling of shards) {
      left += await forgetReplayed(deps, filling);
      const result = await fillGaps(deps, filling);
      counted += result.filled;
      left += result.left;
    }
  } while (left > 0 && Date.now() < untilMs);
  return { counted, left };
}

export type RecountOptions = FillOptions & { readonly settings: Pick<Settings, 'topics'> };

/** Clears a stream's metrics and recounts them from the lake, including rows of replays. */
export async function rebuildStream(
  deps: FillDeps,
  contract: Contract,
  live: LiveMetrics,
  settings: Pick<Settings, 'topics'>,
): Promise<{ readonly counted: number; readonly left: number; readonly kafkaPartitions: number }> {
  const shards = await countedShards(contract, live, settings);
  for (const filling of shards) await forgetMetrics(deps, filling);
  const outcome = await recount(deps, shards);
  return { ...outcome, kafkaPartitions: shards.length };
}

/**
 * Counts the rows made by replays into a stream's metrics, if they are not counted yet. Returns how many offsets the
 * metrics are still waiting for.
 */
export async function recountAmended(options: RecountOptions, contract: Contract, live: LiveMetrics): Promise<number> {
  if (meteredStreams([contract]).length === 0) return 0;
  const deps = fillDeps(options, live);
  const shards = await countedShards(contract, live, options.settings);
  return (await recount(deps, shards)).left;
}

/** The same of several streams, for a process that has not opened the metrics. */
export async function recountReplayed(
  options: RecountOptions & LiveMetricsOptions,
  contracts: readonly Contract[],
): Promise<number> {
  const live = await openLiveMetrics(options);
  try {
    let left = 0;
    for (const contract of contracts) left += await recountAmended(options, contract, live);
    return left;
  } finally {
    await live.store.close();
  }
}
