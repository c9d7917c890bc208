import { fileCatalog } from '../../adapters/embedded/file-catalog.ts';
import type { Contract } from '../../contracts/contract.ts';
import type { Fix } from '../../pipeline/replay/fix.ts';
import type { LetterBatch } from '../../pipeline/replay/letter.ts';
import { refinedRefusals } from '../../pipeline/replay/refined-rows.ts';
import { placeOf, type ReplayedBatch, replayer } from '../../pipeline/replay/replay.ts';
import { type Lake, query } from '../query/query.ts';
import { letterBatches, letterPlaces } from './letter-batches.ts';
import { allRows, type LetterRelations } from './letter-relations.ts';
import { type LocalAmenderOptions, localRefined, openAmender } from './open-amender.ts';

export interface LetterReplay extends LocalAmenderOptions {
  readonly contracts: readonly Contract[];
  readonly lake: Lake;
  readonly letters: LetterRelations;
  /** Writes nothing; the result is what a replay would do. */
  readonly isDry: boolean;
  readonly fix?: Fix;
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
  /** Rows of refined tables that were made from rows of replays, of this one and of earlier ones. */
  readonly refinedRows: number;
  /** Replayed letters whose events are not in a refined table, and why. */
  readonly unrefined: readonly UnrefinedLetter[];
}

interface UnrefinedLetter {
  readonly stream: string;
  readonly kafkaPartition: number;
  readonly kafkaOffset: number;
  readonly why: string;
}

/**
 * Replays the open letters in batches; then completes the refined tables in all hours of the letters, also in those that
 * an earlier replay has left incomplete.
 */
export async function replayLetters(replay: LetterReplay): Promise<ReplayTotals> {
  const { folder, contracts, lake, letters, isDry, fix, signal, onBatch } = replay;
  const writing = isDry ? undefined : await openAmender(replay);
  const catalog = fileCatalog(folder.catalog);
  const refined = localRefined(replay);
  const refusals = refinedRefusals(refined.ports, refined.streams);
  const run = replayer({ contracts, catalog, refusals, ...(writing && { amend: writing.amend }), ...(fix && { fix }) });
  let totals: ReplayTotals = { made: 0, left: 0, byOthers: 0, refinedRows: 0, unrefined: [] };
  const add = ({ refinedRows, unrefined }: Pick<ReplayTotals, 'refinedRows' | 'unrefined'>) => {
    totals = {
      ...totals,
      refinedRows: totals.refinedRows + refinedRows,
      unrefined: [...totals.unrefined, ...unrefined],
    };
  };
  try {
    for await (const batch of letterBatches(lake, letters)) {
      if (signal?.aborted) break;
      const replayed = await run(batch);
      const { made, left, byOthers } = replayed;
      totals = {
        ...totals,
        made: totals.made + made.length,
        left: totals.left + left.length,
        byOthers: totals.byOthers + byOthers,
      };
      onBatch(batch, replayed);
      // At once, so that the tables differ for as short a time as possible.
      if (made.length > 0) add(await completePlaces(replay, writing, [batch]));
    }
    if (writing === undefined || signal?.aborted || replay.refinements.length === 0) return totals;
    totals = { ...totals, unrefined: [] };
    add(await completePlaces(replay, writing, await letterPlaces(lake, letters)));
    return totals;
  } finally {
    await writing?.close();
  }
}

async function completePlaces(
  { contracts, refinements }: LetterReplay,
  writing: Awaited<ReturnType<typeof openAmender>> | undefined,
  places: readonly Omit<LetterBatch, 'letters'>[],
): Promise<Pick<ReplayTotals, 'refinedRows' | 'unrefined'>> {
  let refinedRows = 0;
  const unrefined: UnrefinedLetter[] = [];
  const sources = new Set(refinements.map(({ from }) => from.name));
  for (const { stream, ...place } of places) {
    const contract = contracts.find(({ name }) => name === stream);
    if (writing === undefined || contract === undefined || !sources.has(stream)) continue;
    for (const { stream: refinedStream, rows, left } of await writing.complete(placeOf(place, contract))) {
      refinedRows += rows;
      for (const [kafkaOffset, why] of left) {
        unrefined.push({ stream: refinedStream, kafkaPartition: place.kafkaPartition, kafkaOffset, why });
      }
    }
  }
  return { refinedRows, unrefined };
}

/** The streams that are refined from the contract's. */
export function refinedFrom(refinements: LetterReplay['refinements'], contract: Contract): readonly Contract[] {
  return refinements.flatMap(({ from, to }) => (from.name === contract.name ? [to] : []));
}

/** How many of the letters are open, and how many are rows. */
export async function countLetters(lake: Lake, { all }: LetterRelations) {
  const sql = `select count(*) filter (is_open), count(*) filter (not is_open) from ${all}`;
  const [[open, rows] = []] = await allRows(await query(lake, sql));
  return { open: Number(open), rows: Number(rows) };
}
