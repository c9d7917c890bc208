import { setTimeout as sleep } from 'node:timers/promises';
import { topicOf } from '../../lib/derive/topic.ts';
import { meteredStreams } from '../../lib/derive/topic-readers.ts';
import { fillDeps, shardToFill } from '../../lib/local/fill-metrics.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { openLiveMetrics } from '../../lib/local/live-metrics.ts';
import { type FillDeps, fillGaps, forgetMetrics, type ShardToFill } from '../../lib/pipeline/meter/fill-gaps.ts';
import type { LocatedProject } from '../../lib/project.ts';
import type { Settings } from '../../lib/settings.ts';
import { effectiveSettings } from '../setting-options.ts';

/** A sink beside this takes so long at most, by default, to have in the lake what is counted live. */
const PATIENCE_MS = 30_000;
const LOOK_EVERY_MS = 1_000;

/** `weir metrics rebuild`. Answers the exit code: 1 where the lake does not have everything yet. */
export async function rebuildMetrics({ contracts }: LocatedProject, options: Partial<Settings>): Promise<number> {
  const settings = effectiveSettings(options, contracts);
  const given = { folder: dataFolder(settings.dataDir), contracts, settings };
  const live = await openLiveMetrics(given);
  try {
    const deps = fillDeps(given, live);
    let left = 0;
    for (const contract of meteredStreams(contracts)) {
      const topic = topicOf(contract, settings.topics);
      // What nobody has counted yet is not in a shard, and for the pipeline to count.
      const shards = (await live.store.shards(contract.name)).map((shard) => ({ shard, topic, committed: 0 }));
      left += await rebuildStream(
        contract.name,
        shards.map((place) => shardToFill(contract, live, place)),
        deps,
      );
    }
    if (left === 0) return 0;
    process.stderr.write(
      `${left} counts wait for the lake: the running pipeline, or the next weir start, fills them in\n`,
    );
    return 1;
  } finally {
    await live.store.close();
  }
}

async function rebuildStream(stream: string, shards: readonly ShardToFill[], deps: FillDeps): Promise<number> {
  const untilMs = Date.now() + PATIENCE_MS;
  for (const filling of shards) await forgetMetrics(deps, filling);
  let left = 0;
  let counted = 0;
  do {
    if (left > 0) await sleep(LOOK_EVERY_MS);
    left = 0;
    for (const filling of shards) {
      const result = await fillGaps(deps, filling);
      counted += result.filled;
      left += result.left;
    }
  } while (left > 0 && Date.now() < untilMs);
  process.stdout.write(`${stream}: counted ${counted} times from the lake, in ${shards.length} kafka partitions\n`);
  return left;
}
