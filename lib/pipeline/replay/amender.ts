import { catalogTables, lakeTable } from '../../derive/names.ts';
import type { DeliveredRecord, HourPart } from '../batch.ts';
import type { ChainPorts, SlotContents } from '../chain.ts';
import { chainTails } from '../chain-tails.ts';
import { changeNotes } from '../changed-hours.ts';
import { encodeRows } from '../encode-rows.ts';
import { judge } from '../judge.ts';
import { type OffsetRanges, rangesOf, union } from '../offset-ranges.ts';
import type { Rejection } from '../outcome.ts';
import { dataChain } from '../part-chains.ts';
import { PermanentError } from '../permanent-error.ts';
import { registrar } from '../registrar.ts';
import type { SinkPorts } from '../sink.ts';
import { writeFacts } from '../slot.ts';
import { type ContractTools, toolsOf, UNENCODABLE } from '../take-data.ts';
import { amendChain } from './amend-chain.ts';
import type { AmendDraft } from './put-amendment.ts';

/** Dead letters of one kafka partition and hour, as records at the original positions, ascending. */
export type LettersOfHour = Omit<HourPart, 'ranges'>;

export interface AmendedHour {
  /** Offsets that this call has turned into rows. */
  readonly amended: OffsetRanges;
  /** Why the other open offsets did not become rows, by today's contract. */
  readonly refused: ReadonlyMap<number, Rejection>;
  /** Offsets that their stream has not rejected. */
  readonly notRejected: OffsetRanges;
  readonly objects: number;
}

/**
 * Turns dead letters into rows, at the positions and Kafka timestamps of the originals: nothing is sent to a topic.
 * Each becomes a row at most once, even if several processes replay it with different fixes; a letter that the contract
 * refuses stays a dead letter.
 *
 * The effects, in order: a note that the hour changes, if it is old; PUT of the amend slot; registration of the hour.
 * @throws PermanentError for a topic without a contract, and for a refined stream, whose rows follow from its source.
 */
export function amender(
  ports: Omit<SinkPorts, 'onDeadLetters' | 'note'>,
): (letters: LettersOfHour) => Promise<AmendedHour> {
  const chainPorts: ChainPorts = { ...ports, tails: chainTails(ports) };
  const register = registrar(ports.catalog);
  const noteChange = changeNotes(ports);
  return async (letters) => {
    const { topic, contract } = letters.stream;
    if (contract === null)
      throw new PermanentError(`${topic}: expected a topic that a contract names, found none that does`);
    if (contract.refinedFrom !== null) {
      throw new PermanentError(
        `${contract.name}: expected a stream that producers write, found one that is refined from ${contract.refinedFrom}; ` +
          'replay the dead letters of that one',
      );
    }
    const tools = toolsOf(contract);
    await noteChange(letters.hour);
    let refused: ReadonlyMap<number, Rejection> = new Map();
    const { tail, ...outcome } = await amendChain(chainPorts, {
      chain: dataChain(letters, contract),
      contractVersion: contract.version,
      offsets: letters.records.map(({ offset }) => offset),
      contents: async (open, draft) => {
        const isOpen = new Set(open);
        const records = letters.records.filter(({ offset }) => isOpen.has(offset));
        const made = await amendObject(ports.encoder, tools, records, letters.hour.dt, draft);
        refused = made.refused;
        return made.contents;
      },
    });
    // Also if nothing was amended: a crash may have come between the slot and this. An hour without records stays
    // unregistered.
    if (tail.covered.length > 0) {
      await register(lakeTable(contract), catalogTables(contract), letters.hour, tail.completeGeneration);
    }
    return { ...outcome, refused };
  };
}

interface MadeObject {
  /** Null if every record was refused. */
  readonly contents: SlotContents | null;
  readonly refused: ReadonlyMap<number, Rejection>;
}

async function amendObject(
  encoder: SinkPorts['encoder'],
  { contract, select, selectWithoutExtras, ...judges }: ContractTools,
  records: readonly DeliveredRecord[],
  day: string,
  draft: AmendDraft,
): Promise<MadeObject> {
  const { lines, mayHaveExtras, rejected, release } = judge(judges, records, day);
  const factsWith = (unencodable: ReadonlySet<number>) => {
    const offsets = lines.offsets.filter((offset) => !unencodable.has(offset));
    const counts = { ...draft.counts, rows: draft.counts.rows + offsets.length };
    return { ...draft, counts, amended: union(draft.amended, rangesOf(offsets)) };
  };
  const { incarnation, kafkaPartition } = draft;
  const constants = { incarnation, kafkaPartition, contractVersion: contract.version };
  const rows = { select: mayHaveExtras ? select : selectWithoutExtras, constants, lines };
  try {
    if (lines.offsets.length === 0) return { contents: null, refused: rejected };
    const encoded = await encodeRows(encoder, rows, (left) => writeFacts(factsWith(left)));
    const unencodable = [...encoded.refused].map((offset) => [offset, UNENCODABLE] as const);
    const refused = new Map([...rejected, ...unencodable]);
    if (encoded.refused.size === lines.offsets.length) return { contents: null, refused };
    return { contents: { body: encoded.body, facts: factsWith(encoded.refused) }, refused };
  } finally {
    release();
  }
}
