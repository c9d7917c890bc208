import { systemClock } from '../../lib/adapters/system-clock.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { rebuildWarehouse } from '../../lib/local/rebuild-warehouse.ts';
import type { LocatedProject } from '../../lib/project.ts';
import type { Settings } from '../../lib/settings.ts';
import { interruptible } from '../interrupt.ts';
import { progress } from '../progress.ts';
import { effectiveSettings } from '../setting-options.ts';
import { summaryLine } from './transform.ts';

/** `weir rebuild`. Returns the exit code: 1 if the old tables are still in place. */
export async function runRebuild(project: LocatedProject, options: Partial<Settings>): Promise<number> {
  const settings = effectiveSettings(options, project.contracts);
  const warehouse = { ...project, folder: dataFolder(settings.dataDir), settings, clock: systemClock };
  const signal = interruptible();
  let hours = 1;
  const shown = progress({
    output: process.stderr,
    unit: 'hours',
    nowMs: systemClock.now,
    fraction: (done) => done / hours,
  });
  try {
    const { counts, isPublished } = await rebuildWarehouse(warehouse, {
      signal,
      onProgress: ({ done, of }) => {
        hours = of;
        shown.at(done);
      },
    });
    shown.end();
    for (const { message } of counts.failures) process.stderr.write(`weir: ${message}\n`);
    const end = isPublished
      ? 'the new tables are in place'
      : 'the old tables are still in place; run it again to continue';
    process.stdout.write(`${summaryLine(counts)}; ${end}\n`);
    return isPublished ? 0 : 1;
  } finally {
    shown.end();
  }
}
