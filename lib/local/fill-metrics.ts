import { duckdbMetricRows } from '../adapters/duckdb/metric-rows.ts';
import { directoryObjectStore } from '../adapters/embedded/directory-object-store.ts';
import { fileCatalog } from '../adapters/embedded/file-catalog.ts';
import type { Contract } from '../contracts/contract.ts';
import { meteredStreams } from '../derive/topic-readers.ts';
import { dropUndeclared, type FillDeps, fillGaps, type ShardToFill } from '../pipeline/meter/fill-gaps.ts';
import { lakeCoverage } from '../pipeline/meter/lake-coverage.ts';
import { shardsToFill } from '../pipeline/meter/shards-to-fill.ts';
import type { Clock, EventLog } from '../pipeline/ports.ts';
import type { Settings } from '../settings.ts';
import type { DataFolder } from './folder/data-folder.ts';
import type { JoinedStream } from './folder/join-log.ts';
import type { LiveMetrics } from './live-metrics.ts';
import type { TroubleReport } from './trouble-report.ts';

export interface FillOptions {
  readonly folder: DataFolder;
  readonly contracts: readonly Contract[];
  readonly settings: Pick<Settings, 'metricRetentionHours' | 'warehouseMemoryMegabytes'>;
}

/** The dependencies of filling on a local machine. */
export function fillDeps({ folder, settings }: FillOptions, { store }: LiveMetrics): FillDeps {
  const lake = { store: directoryObjectStore(folder.lake), catalog: fileCatalog(folder.catalog) };
  return {
    coverageOf: (table, shard) => lakeCoverage(lake, table, shard),
    metrics: store,
    windowRetentionSeconds: settings.metricRetentionHours * 3600,
    rows: duckdbMetricRows({ ...lake, memoryMegabytes: settings.warehouseMemoryMegabytes }),
  };
}

interface KeepFilled extends FillOptions {
  readonly joined: ReadonlyMap<string, JoinedStream>;
  readonly log: Pick<EventLog, 'committedOffsets'>;
  readonly clock: Clock;
  readonly report: TroubleReport;
  readonly signal: AbortSignal;
}

/** How often to check for gaps: a gap in a refined stream blocks its metrics. */
const LOOK_EVERY_MS = 2_000;
/** Gaps that the lake cannot fill are checked at increasing intervals. */
const MAX_WAIT_MS = 120_000;

/**
 * Fills the gaps of live metrics from the lake until `signal` aborts, even if the whole store was lost. First drops
 * metrics that are no longer declared. Failures are reported and retried.
 */
export async function keepFilled(options: KeepFilled, live: LiveMetrics): Promise<void> {
  const { clock, report, signal } = options;
  const deps = fillDeps(options, live);
  let isFirst = true;
  let waitMs = LOOK_EVERY_MS;
  while (!signal.aborted) {
    await clock.sleep(waitMs, signal);
    if (signal.aborted) return;
    try {
      let left = 0;
      for (const filling of await joinedShards(options, live)) {
        if (signal.aborted) return;
        if (isFirst) await dropUndeclared(deps, filling);
        left += (await fillGaps(deps, filling)).left;
      }
      isFirst = false;
      waitMs = left === 0 ? LOOK_EVERY_MS : Math.min(waitMs * 1.5, MAX_WAIT_MS);
      report.succeeded();
    } catch (error) {
      if (!signal.aborted) report.failed('counting live metrics from the lake', error);
    }
  }
}

async function joinedShards({ contracts, joined, log }: KeepFilled, live: LiveMetrics): Promise<ShardToFill[]> {
  const found: ShardToFill[] = [];
  for (const contract of meteredStreams(contracts)) {
    const stream = joined.get(contract.name);
    if (stream === undefined || stream.refusal !== null) continue;
    const { topic, incarnation } = stream.source;
    const committed = await log.committedOffsets(topic, stream.groups.meter);
    found.push(...(await shardsToFill(live, { contract, topic, incarnation, committed })));
  }
  return found;
}
