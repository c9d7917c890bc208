import { catalogTables, lakeTable } from '../../derive/names.ts';
import type { SlotContents } from '../chain.ts';
import { rowKeys } from '../chain-objects.ts';
import { chainTails, findTail, type Tail } from '../chain-tails.ts';
import { changeNotes } from '../changed-hours.ts';
import { encodeRows } from '../encode-rows.ts';
import { type OffsetRanges, offsetsIn, rangesOf, subtract, union } from '../offset-ranges.ts';
import { dataChain } from '../part-chains.ts';
import type { Refinement } from '../refine/refinement.ts';
import { registrar } from '../registrar.ts';
import type { SinkPorts } from '../sink.ts';
import { type SlotFacts, writeFacts } from '../slot.ts';
import { toolsOf } from '../take-data.ts';
import type { RowSource } from './chain-rows.ts';
import { type MadeEvents, type MadeSource, madeEvents, missingLines, withoutConflicts } from './made-events.ts';
import { type AmendDraft, putAmendment } from './put-amendment.ts';
import {
  type HourOfSource,
  madeOffsets,
  type RefinedRowsPorts,
  type RefinedStreams,
  refinedChain,
  refinementsOf,
  rowsOfSources,
} from './refined-rows.ts';

/** What became of the events of an hour's replayed records in one refined table. */
interface CompletedHour {
  readonly stream: string;
  /** Rows that this call has made. */
  readonly rows: number;
  /** By source offset, why its events did not become rows. */
  readonly left: ReadonlyMap<number, string>;
}

/**
 * Makes the events that the refined tables do not have yet: of the hour's replayed records, and of others that are
 * rows, if asked for.
 */
export type RefinedAmender = (place: HourOfSource, others?: OffsetRanges) => Promise<readonly CompletedHour[]>;

export interface RefinedAmenderPorts extends Omit<SinkPorts, 'onDeadLetters' | 'note'>, RefinedRowsPorts {}

/** The maximum number of source rows whose events become one object. */
const MAX_SOURCES = 2_000;

/**
 * Completes refined tables from rows of their source that replays have made: nothing is sent to a topic. Each event
 * becomes a row at most once, even if several processes do this at once, and a refiner and a sink run beside them. It
 * goes by what the lake says was replayed, so that what a crash has interrupted is completed when it is run again.
 *
 * The effects for each refined stream, in order: a note that the hour changes, if it is old; PUT of the amend slot;
 * registration of the hour.
 */
export function refinedAmender(ports: RefinedAmenderPorts, streams: RefinedStreams): RefinedAmender {
  const { store } = ports;
  const chainPorts = { ...ports, tails: chainTails(ports) };
  const register = registrar(ports.catalog);
  const noteChange = changeNotes(ports);

  /** Makes the events of some sources, all in one object. */
  const make = async (place: HourOfSource, refinement: Refinement, offsets: readonly number[]) => {
    const source = dataChain(place, refinement.from);
    const keys = await rowKeys(store, source, await findTail(store, source));
    const rows = await ports.rows.events(keys, { ...source, contract: refinement.from }, offsets);
    const gone = offsets.filter((offset) => !rows.some((row) => row.offset === offset));
    let left: ReadonlyMap<number, string> = new Map();
    const chain = refinedChain(streams, place, refinement);
    const { tail, slots } = await putAmendment(chainPorts, {
      chain,
      contractVersion: refinement.to.version,
      contents: async (tail, draft) => {
        const open = new Set(offsetsIn(subtract(rangesOf(offsets), madeOffsets(tail))));
        left = new Map();
        if (open.size === 0) return null;
        const found = await rowsOfSources(ports, streams, place, { chain, tail, offsets: [...open] });
        if (typeof found === 'string') {
          left = new Map([...open].map((offset) => [offset, found]));
          return null;
        }
        const events = withoutConflicts(
          refinement,
          madeEvents(
            refinement,
            rows.filter(({ offset }) => open.has(offset)),
          ),
          found,
        );
        const made = await madeObject(ports, refinement, { events, found, incarnation: source.incarnation, draft });
        const lost = gone.filter((offset) => open.has(offset)).map((offset) => [offset, NO_ROW] as const);
        left = new Map([...made.refused, ...lost]);
        return made.contents;
      },
    });
    const count = slots.reduce((sum, { before, facts }) => sum + facts.counts.made - before.counts.made, 0);
    return { tail, rows: count, left };
  };

  const completeOne = async (
    place: HourOfSource,
    refinement: Refinement,
    others: OffsetRanges,
  ): Promise<CompletedHour> => {
    const { to } = refinement;
    const chain = refinedChain(streams, place, refinement);
    const { amended } = await findTail(store, dataChain(place, refinement.from));
    let tail: Tail = await findTail(store, chain);
    const open = [...offsetsIn(subtract(union(amended, others), madeOffsets(tail)))];
    if (open.length > 0) await noteChange(place.hour);
    const left = new Map<number, string>();
    let rows = 0;
    for (let first = 0; first < open.length; first += MAX_SOURCES) {
      const made = await make(place, refinement, open.slice(first, first + MAX_SOURCES));
      tail = made.tail;
      rows += made.rows;
      for (const [offset, why] of made.left) left.set(offset, why);
    }
    // Also if nothing was made: a crash may have come between the slot and this.
    if (tail.amendedSources !== null) {
      await register(lakeTable(to), catalogTables(to), place.hour, tail.completeGeneration);
    }
    return { stream: to.name, rows, left };
  };

  return async (place, others = []) => {
    const completed: CompletedHour[] = [];
    for (const refinement of refinementsOf(streams, place)) {
      completed.push(await completeOne(place, refinement, others));
    }
    return completed;
  };
}

const NO_ROW = 'its row is not in the lake: an object may be lost, which weir audit reports';

interface ObjectToMake {
  readonly events: MadeEvents;
  readonly found: readonly RowSource[];
  /** Of the source. */
  readonly incarnation: number;
  readonly draft: AmendDraft;
}

/** The rows of the missing events, and why sources were left out. Without any source there is no object. */
async function madeObject(
  { encoder }: Pick<SinkPorts, 'encoder'>,
  { to }: Refinement,
  { events, found, incarnation, draft }: ObjectToMake,
): Promise<{ readonly contents: SlotContents | null; readonly refused: ReadonlyMap<number, string> }> {
  const refused = new Map(events.refused);
  for (let sources: readonly MadeSource[] = events.sources; sources.length > 0; ) {
    const { lines, sourceOf } = missingLines(sources, found);
    const facts = madeFacts(draft, incarnation, sources, lines.offsets.length);
    const constants = {
      incarnation: draft.incarnation,
      kafkaPartition: draft.kafkaPartition,
      contractVersion: to.version,
    };
    const rows = { select: toolsOf(to).select, constants, lines };
    const encoded = await encodeRows(encoder, rows, () => writeFacts(facts));
    if (encoded.refused.size === 0) return { contents: { body: encoded.body, facts }, refused };
    // A source is taken whole or not at all.
    const unencodable = new Set([...encoded.refused].map(sourceOf));
    for (const offset of unencodable) refused.set(offset, `${to.name} refuses an event of it: it cannot be encoded`);
    sources = sources.filter(({ offset }) => !unencodable.has(offset));
  }
  return { contents: null, refused };
}

function madeFacts(draft: AmendDraft, incarnation: number, sources: readonly MadeSource[], rows: number): SlotFacts {
  const { counts } = draft;
  return {
    ...draft,
    counts: { ...counts, rows: counts.rows + rows, made: counts.made + rows },
    amendedSources: { incarnation, offsets: union(madeOffsets(draft), rangesOf(sources.map(({ offset }) => offset))) },
  };
}
