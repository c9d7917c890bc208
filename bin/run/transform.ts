import { systemClock } from '../../lib/adapters/system-clock.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { localWarehouse } from '../../lib/local/warehouse.ts';
import { hoursBetween, lastHours } from '../../lib/pipeline/transform/hours.ts';
import { type TransformCounts, type TransformRequest, transform } from '../../lib/pipeline/transform/transform.ts';
import type { LocatedProject } from '../../lib/project.ts';
import type { Settings } from '../../lib/settings.ts';
import { givenHour, givenSpan } from '../hour-options.ts';
import { interruptible } from '../interrupt.ts';
import { progress } from '../progress.ts';
import { effectiveSettings } from '../setting-options.ts';

export interface TransformOptions extends Partial<Settings> {
  readonly hour?: string;
  readonly model?: string;
}

export interface BackfillOptions extends Partial<Settings> {
  readonly from: string;
  readonly to: string;
  readonly model?: string;
  readonly again?: boolean;
}

const LOOK_BACK_HOURS = 24;

/** `weir transform`. Returns the exit code. @throws UsageError for an invalid hour. */
export async function runTransform(project: LocatedProject, options: TransformOptions): Promise<number> {
  const nowMs = systemClock.now();
  const hours =
    options.hour === undefined ? lastHours(nowMs, LOOK_BACK_HOURS) : [givenHour('--hour', options.hour, nowMs)];
  const again = options.hour !== undefined || options.model !== undefined;
  return run(project, options, { hours, again, ...modelsOf(options) });
}

/** `weir backfill`. Returns the exit code. @throws UsageError for invalid hours, or a span that ends before it starts. */
export async function runBackfill(project: LocatedProject, options: BackfillOptions): Promise<number> {
  const nowMs = systemClock.now();
  const { from, to } = givenSpan(options.from, options.to, nowMs);
  return run(project, options, { hours: hoursBetween(from, to), again: options.again === true, ...modelsOf(options) });
}

const modelsOf = ({ model }: { readonly model?: string }) => (model === undefined ? {} : { models: [model] });

async function run(project: LocatedProject, options: Partial<Settings>, request: TransformRequest): Promise<number> {
  const settings = effectiveSettings(options, project.contracts);
  const folder = dataFolder(settings.dataDir);
  const deps = await localWarehouse({ ...project, folder, settings, clock: systemClock });
  const signal = interruptible();
  const shown = progress({
    output: process.stderr,
    unit: 'hours',
    nowMs: systemClock.now,
    fraction: (done) => done / request.hours.length,
  });
  try {
    const counts = await transform(deps, { ...request, signal, onProgress: ({ done }) => shown.at(done) });
    shown.end();
    for (const { message } of counts.failures) process.stderr.write(`weir: ${message}\n`);
    process.stdout.write(`${summaryLine(counts)}${signal.aborted ? '; interrupted, run it again to continue' : ''}\n`);
    return counts.failures.length === 0 ? 0 : 1;
  } finally {
    shown.end();
    await deps.warehouse.close();
  }
}

export function summaryLine({ hours, published, unchanged, failures, stopped }: TransformCounts): string {
  const trouble = failures.length === 0 ? '' : `, ${failures.length} failed, ${stopped} skipped because of them`;
  return `${published} model runs in ${hours} ${hours === 1 ? 'hour' : 'hours'}, ${unchanged} unchanged${trouble}`;
}
