import { meteredStreams } from '../../lib/derive/topic-readers.ts';
import { fillDeps } from '../../lib/local/fill-metrics.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { openLiveMetrics } from '../../lib/local/live-metrics.ts';
import { rebuildStream } from '../../lib/local/recount-metrics.ts';
import type { LocatedProject } from '../../lib/project.ts';
import type { Settings } from '../../lib/settings.ts';
import { effectiveSettings } from '../setting-options.ts';

/** `weir metrics rebuild`. Returns the exit code: 1 if the lake is not complete yet. */
export async function rebuildMetrics({ contracts }: LocatedProject, options: Partial<Settings>): Promise<number> {
  const settings = effectiveSettings(options, contracts);
  const given = { folder: dataFolder(settings.dataDir), contracts, settings };
  const live = await openLiveMetrics(given);
  try {
    const deps = fillDeps(given, live);
    let left = 0;
    for (const contract of meteredStreams(contracts)) {
      const { counted, left: ofStream, kafkaPartitions } = await rebuildStream(deps, contract, live, settings);
      process.stdout.write(
        `${contract.name}: counted ${counted} times from the lake, in ${kafkaPartitions} kafka partitions\n`,
      );
      left += ofStream;
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
