import { loadFix } from '../../lib/adapters/fix-file.ts';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import { letterRelations } from '../../lib/local/dead-letters/letter-relations.ts';
import { countLetters, refinedFrom, replayLetters } from '../../lib/local/dead-letters/replay-letters.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { localLake } from '../../lib/local/query/local-lake.ts';
import { recountReplayed } from '../../lib/local/recount-metrics.ts';
import type { LocatedProject } from '../../lib/project.ts';
import type { Settings } from '../../lib/settings.ts';
import { givenStream } from '../given-stream.ts';
import { interruptible } from '../interrupt.ts';
import { progress } from '../progress.ts';
import { effectiveSettings } from '../setting-options.ts';
import { letterLines, refinedLines, replaySummary } from './dlq-replay-lines.ts';
import { type LetterSelection, letterFilter } from './dlq-selection.ts';

export interface ReplayOptions extends Partial<Settings>, LetterSelection {
  readonly stream: string;
  readonly with?: string;
  readonly dryRun?: boolean;
}

/** `weir dlq replay`. Returns the exit code: 1 if a letter is still rejected, not refined or not counted yet. @throws UsageError */
export async function replayDeadLetters(
  { contracts, refinements }: LocatedProject,
  options: ReplayOptions,
): Promise<number> {
  const settings = effectiveSettings(options, contracts);
  const contract = givenStream(contracts, options.stream);
  const filter = letterFilter(options);
  const fix = options.with === undefined ? undefined : await loadFix(options.with);
  const folder = dataFolder(settings.dataDir);
  const lake = localLake(folder, contracts);
  const letters = await letterRelations(lake, filter);
  const { open, rows } = await countLetters(lake, letters);
  const signal = interruptible();
  const fraction = (done: number) => done / open;
  const shown = progress({ output: process.stderr, unit: 'letters', nowMs: systemClock.now, fraction });
  const lines = letterLines(process.stdout);
  let done = 0;
  const replay = replayLetters({
    ...{ folder, contracts, refinements, settings, clock: systemClock, lake, letters, signal },
    isDry: options.dryRun === true,
    ...(fix && { fix }),
    onBatch(batch, { made, left, byOthers }) {
      done += made.length + left.length + byOthers;
      shown.at(done);
      for (const one of options.dryRun ? made : []) lines.wouldBeRow(batch, one);
      for (const one of left) lines.stays(batch, one);
    },
  });
  const totals = { ...(await replay.finally(shown.end)), before: rows };
  lines.end();
  const end = signal.aborted ? '; interrupted, run it again to continue' : '';
  process.stdout.write(`${replaySummary(totals, options.dryRun === true)}${end}\n`);
  for (const line of refinedLines(totals)) process.stdout.write(`${line}\n`);
  const streams = [contract, ...refinedFrom(refinements, contract)];
  const uncounted = options.dryRun ? 0 : await recountReplayed({ folder, contracts, settings }, streams);
  if (uncounted > 0) {
    process.stderr.write(
      `weir dlq replay: live metrics do not count ${uncounted} offsets yet: run it again once weir start has counted them\n`,
    );
  }
  return totals.left === 0 && totals.unrefined.length === 0 && uncounted === 0 ? 0 : 1;
}
