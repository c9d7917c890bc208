import { fileCatalog } from '../../lib/adapters/embedded/file-catalog.ts';
import { loadFix } from '../../lib/adapters/fix-file.ts';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import { letterBatches } from '../../lib/local/dead-letters/letter-batches.ts';
import { allRows, type LetterRelations, letterRelations } from '../../lib/local/dead-letters/letter-relations.ts';
import { openAmender } from '../../lib/local/dead-letters/open-amender.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { localLake } from '../../lib/local/query/local-lake.ts';
import { type Lake, query } from '../../lib/local/query/query.ts';
import { recountReplayed } from '../../lib/local/recount-metrics.ts';
import { replayer } from '../../lib/pipeline/replay/replay.ts';
import type { LocatedProject } from '../../lib/project.ts';
import type { Settings } from '../../lib/settings.ts';
import { givenStream } from '../given-stream.ts';
import { interruptible } from '../interrupt.ts';
import { progress } from '../progress.ts';
import { effectiveSettings } from '../setting-options.ts';
import { letterLines, type ReplayTotals, replaySummary } from './dlq-replay-lines.ts';
import { type LetterSelection, letterFilter } from './dlq-selection.ts';

export interface ReplayOptions extends Partial<Settings>, LetterSelection {
  readonly stream: string;
  readonly with?: string;
  readonly dryRun?: boolean;
}

/** `weir dlq replay`. Returns the exit code: 1 if a letter is still rejected or not counted yet. @throws UsageError */
export async function replayDeadLetters({ contracts }: LocatedProject, options: ReplayOptions): Promise<number> {
  const settings = effectiveSettings(options, contracts);
  const contract = givenStream(contracts, options.stream);
  const filter = letterFilter(options);
  const fix = options.with === undefined ? undefined : await loadFix(options.with);
  const folder = dataFolder(settings.dataDir);
  const lake = localLake(folder, contracts);
  const relations = await letterRelations(lake, filter);
  const { open, before } = await countLetters(lake, relations);
  const writing = options.dryRun ? undefined : await openAmender({ folder, settings, clock: systemClock });
  const catalog = fileCatalog(folder.catalog);
  const replay = replayer({ contracts, catalog, ...(writing && { amend: writing.amend }), ...(fix && { fix }) });
  const signal = interruptible();
  const fraction = (done: number) => done / open;
  const shown = progress({ output: process.stderr, unit: 'letters', nowMs: systemClock.now, fraction });
  const lines = letterLines(process.stdout);
  let totals: ReplayTotals = { before, made: 0, left: 0, byOthers: 0 };
  try {
    for await (const batch of letterBatches(lake, relations)) {
      if (signal.aborted) break;
      const { made, left, byOthers } = await replay(batch);
      totals = {
        before,
        made: totals.made + made.length,
        left: totals.left + left.length,
        byOthers: totals.byOthers + byOthers,
      };
      shown.at(totals.made + totals.left + totals.byOthers);
      for (const one of options.dryRun ? made : []) lines.wouldBeRow(batch, one);
      for (const one of left) lines.stays(batch, one);
    }
  } finally {
    shown.end();
    await writing?.close();
  }
  lines.end();
  const end = signal.aborted ? '; interrupted, run it again to continue' : '';
  process.stdout.write(`${replaySummary(totals, options.dryRun === true)}${end}\n`);
  const uncounted = options.dryRun ? 0 : await recountReplayed({ folder, contracts, settings }, contract);
  if (uncounted > 0) {
    process.stderr.write(
      `weir dlq replay: live metrics do not count ${uncounted} offsets yet: run it again once weir start has counted them\n`,
    );
  }
  return totals.left === 0 && uncounted === 0 ? 0 : 1;
}

async function countLetters(lake: Lake, { all }: LetterRelations) {
  const sql = `select count(*) filter (is_open), count(*) filter (not is_open) from ${all}`;
  const [[open, before] = []] = await allRows(await query(lake, sql));
  return { open: Number(open), before: Number(before) };
}
