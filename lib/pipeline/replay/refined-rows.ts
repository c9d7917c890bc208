import { rowKeys } from '../chain-objects.ts';
import { findTail, type Tail } from '../chain-tails.ts';
import type { OffsetRanges } from '../offset-ranges.ts';
import { dataChain } from '../part-chains.ts';
import type { ObjectStore } from '../ports.ts';
import type { Refinement } from '../refine/refinement.ts';
import type { Chain } from '../slot.ts';
import type { LettersOfHour } from './amender.ts';
import type { ChainRows, RowEvent, RowSource } from './chain-rows.ts';
import { madeEvents, withoutConflicts } from './made-events.ts';

/** One kafka partition and hour of a stream. */
export type HourOfSource = Omit<LettersOfHour, 'records'>;

export interface RefinedStreams {
  readonly refinements: readonly Refinement[];
  /** The incarnation that the pipeline gives a stream's records now. */
  readonly incarnationOf: (stream: string) => number;
}

export interface RefinedRowsPorts {
  readonly store: ObjectStore;
  readonly rows: ChainRows;
}

/** The streams that are refined from the place's. */
export function refinementsOf({ refinements }: RefinedStreams, { stream: { contract } }: HourOfSource) {
  return refinements.filter(({ from }) => from.name === contract?.name);
}

/** The chain of the events that the place's records refine to. */
export function refinedChain({ incarnationOf }: RefinedStreams, place: HourOfSource, { to }: Refinement): Chain {
  return dataChain({ ...place, stream: { ...place.stream, incarnation: incarnationOf(to.name) } }, to);
}

/** The rows of the refined table that come from these sources, as of the tail; or why they cannot be identified. */
export async function rowsOfSources(
  { store, rows }: RefinedRowsPorts,
  streams: RefinedStreams,
  place: HourOfSource,
  at: { readonly chain: Chain; readonly tail: Tail; readonly offsets: readonly number[] },
): Promise<readonly RowSource[] | string> {
  const wrong = incarnationRefusal(place, at.tail, streams);
  if (wrong !== undefined) return wrong;
  const found = await rows.sources(await rowKeys(store, at.chain, at.tail), at.chain, at.offsets);
  if (found.unknown === 0) return found.rows;
  return `${found.unknown} of its rows in this hour are of an earlier version of Weir and do not say which record they come from`;
}

export type RefinedRefusals = (place: HourOfSource, rows: readonly RowEvent[]) => Promise<ReadonlyMap<number, string>>;

/**
 * Returns why the events of rows that are about to be made would not become rows of the refined tables, by the rows'
 * offsets. Writes nothing.
 */
export function refinedRefusals(ports: RefinedRowsPorts, streams: RefinedStreams): RefinedRefusals {
  return async (place, rows) => {
    const refusals = new Map<number, string>();
    const offsets = rows.map(({ offset }) => offset);
    for (const refinement of refinementsOf(streams, place)) {
      const chain = refinedChain(streams, place, refinement);
      const tail = await findTail(ports.store, chain);
      const found = await rowsOfSources(ports, streams, place, { chain, tail, offsets });
      const refused =
        typeof found === 'string'
          ? offsets.map((offset) => [offset, `${refinement.to.name}: ${found}`] as const)
          : withoutConflicts(refinement, madeEvents(refinement, rows), found).refused;
      for (const [offset, why] of refused) refusals.set(offset, why);
    }
    return refusals;
  };
}

export const madeOffsets = ({ amendedSources }: Pick<Tail, 'amendedSources'>): OffsetRanges =>
  amendedSources?.offsets ?? [];

/** Rows do not say of which incarnation their source was: an hour that has events of another one is refused. */
function incarnationRefusal(
  { stream }: HourOfSource,
  { highWater, amendedSources }: Tail,
  { incarnationOf }: RefinedStreams,
): string | undefined {
  const { contract, incarnation } = stream;
  const name = contract?.name ?? stream.topic;
  const now = incarnationOf(name);
  if (incarnation !== now) {
    return (
      `the record is of incarnation ${incarnation} of ${name}, and WEIR_INCARNATIONS says ${now}: expected the same, as ` +
      'it is not known which incarnation the refined rows of that time have'
    );
  }
  const others = [highWater, amendedSources].some((found) => found !== null && found.incarnation !== incarnation);
  if (!others && highWater?.isMixed !== true) return undefined;
  return (
    `this hour has events of another incarnation of ${name}, too, and rows do not say of which they are. Raise the ` +
    'incarnations of a stream and of those refined from it together'
  );
}
