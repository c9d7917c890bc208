import { fileCatalog } from '../../adapters/embedded/file-catalog.ts';
import type { Contract } from '../../contracts/contract.ts';
import type { Clock, ObjectStore } from '../../pipeline/ports.ts';
import type { Fix } from '../../pipeline/replay/fix.ts';
import type { LetterBatch } from '../../pipeline/replay/letter.ts';
import { type ReplayedBatch, replayer } from '../../pipeline/replay/replay.ts';
import type { Settings } from '../../settings.ts';
import type { DataFolder } from '../folder/data-folder.ts';
import { type Lake, query } from '../query/query.ts';
import { letterBatches } from './letter-batches.ts';
import { allRows, type LetterRelations } from './letter-relations.ts';
import { openAmender } from './open-amender.ts';

export interface LetterReplay {
  readonly folder: DataFolder;
  readonly contracts: readonly Contract[];
  readonly settings: Pick<Settings, 'duckdbMemoryMegabytes' | 'parquetCodec'>;
  readonly clock: Clock;
  readonly lake: Lake;
  readonly letters: LetterRelations;
  /** Writes nothing; the result is what a replay would do. */
  readonly isDry: boolean;
  readonly fix?: Fix;
  /** The destination of the rows; by default, the data folder's lake. */
  readonly store?: ObjectStore;
  /** Ends the replay after the current batch. */
  readonly signal?: AbortSignal;
  /** Called after each batch. */
  readonly onBatch: (batch: LetterBatch, replayed: ReplayedBatch) => void;
}

export interface ReplayTotals {
  readonly made: number;
  readonly left: number;
  /** Dead letters that another process replayed in the meantime. */
  readonly byOthers: number;
}

/** Replays the open letters in batches. */
export async function replayLetters(replay: LetterReplay): Promise<ReplayTotals> {
  const { folder, contracts, lake, letters, isDry, fix, signal, onBatch } = replay;
  const writing = isDry ? undefined : await openAmender(replay);
  const catalog = fileCatalog(folder.catalog);
  const run = replayer({ contracts, catalog, ...(writing && { amend: writing.amend }), ...(fix && { fix }) });
  let totals: ReplayTotals = { made: 0, left: 0, byOthers: 0 };
  try {
    for await (const batch of letterBatches(lake, letters)) {
      if (signal?.aborted) break;
      const replayed = await run(batch);
      const { made, left, byOthers } = replayed;
      totals = {
        made: totals.made + made.length,
        left: totals.left + left.length,
        byOthers: totals.byOthers + byOthers,
      };
      onBatch(batch, replayed);
    }
    return totals;
  } finally {
    await writing?.close();
  }
}

/** How many of the letters are open, and how many are rows. */
export async function countLetters(lake: Lake, { all }: LetterRelations) {
  const sql = `select count(*) filter (is_open), count(*) filter (not is_open) from ${all}`;
  const [[open, rows] = []] = await allRows(await query(lake, sql));
  return { open: Number(open), rows: Number(rows) };
}
