import type { Contract } from '../../contracts/contract.ts';
import { lakeTable } from '../../derive/names.ts';
import { includes } from '../offset-ranges.ts';
import type { Catalog } from '../ports.ts';
import type { AmendedHour, LettersOfHour } from './amender.ts';
import type { RowEvent } from './chain-rows.ts';
import type { Fix } from './fix.ts';
import { type AcceptedLetter, judgeLetters, type LeftLetter, refusalText } from './judge-letters.ts';
import type { LetterBatch } from './letter.ts';
import type { HourOfSource, RefinedRefusals } from './refined-rows.ts';

export interface ReplayDeps {
  readonly contracts: readonly Contract[];
  readonly catalog: Pick<Catalog, 'partition'>;
  /** Turns accepted letters into rows. Without it nothing is written, and the result shows what would happen. */
  readonly amend?: (letters: LettersOfHour) => Promise<AmendedHour>;
  /** Returns why events that are refined from rows of letters would be refused: such letters stay. */
  readonly refusals: RefinedRefusals;
  readonly fix?: Fix;
}

export interface ReplayedBatch {
  /** Letters that are now rows; without `amend`, that would be. */
  readonly made: readonly AcceptedLetter[];
  /** Letters that stay dead letters. */
  readonly left: readonly LeftLetter[];
  /** Letters that another process has turned into rows meanwhile. */
  readonly byOthers: number;
}

/**
 * Turns one kafka partition's dead letters of one hour into rows, after the fix if there is one, if today's contract
 * accepts them. Even if run again after a crash, or by two people concurrently, each letter becomes one row.
 */
export function replayer(deps: ReplayDeps): (batch: LetterBatch) => Promise<ReplayedBatch> {
  return async (batch) => {
    const { letters, stream } = batch;
    const contract = deps.contracts.find(({ name }) => name === stream);
    const all = (why: string) => ({ made: [], left: letters.map((letter) => ({ letter, why })), byOthers: 0 });
    if (contract === undefined)
      return all(`no contract is called ${stream}, so these letters have no table; declare it again, then replay`);
    if (contract.refinedFrom !== null) {
      return all(`its rows follow from ${contract.refinedFrom}: replay the dead letters of that stream`);
    }
    if ((await deps.catalog.partition(lakeTable(contract), batch.hour)) === undefined) {
      return all(
        'its hour is not in the catalogue: it has expired, was deleted, or waits for weir start to register it',
      );
    }
    const replayable = letters.filter(({ reason }) => reason !== 'no_contract');
    const judged = judgeLetters(contract, replayable, deps.fix);
    const refusals = await deps.refusals(placeOf(batch, contract), judged.accepted.map(rowOf));
    const accepted = judged.accepted.filter(({ letter }) => !refusals.has(letter.kafkaOffset));
    const left = [
      ...judged.left,
      ...letters.filter(({ reason }) => reason === 'no_contract').map(withoutContract),
      ...leftOf(judged.accepted, (offset) => refusals.get(offset)),
    ];
    if (deps.amend === undefined || accepted.length === 0) return { made: accepted, left, byOthers: 0 };
    const amended = await deps.amend(lettersOfHour(batch, contract, accepted));
    const made = accepted.filter(({ letter }) => includes(amended.amended, letter.kafkaOffset));
    const refused = leftOf(accepted, (offset) => whyNot(amended, offset));
    const byOthers = accepted.length - made.length - refused.length;
    return { made, left: [...left, ...refused], byOthers };
  };
}

const withoutContract = (letter: LeftLetter['letter']): LeftLetter => ({
  letter,
  why: 'it came before its topic had a contract: the stream’s table has not taken it in',
});

function leftOf(
  accepted: readonly AcceptedLetter[],
  whyOf: (offset: number) => string | undefined,
): readonly LeftLetter[] {
  return accepted.flatMap(({ letter }) => {
    const why = whyOf(letter.kafkaOffset);
    return why === undefined ? [] : [{ letter, why }];
  });
}

/** The row that the letter is to become. */
function rowOf({ letter, payload }: AcceptedLetter): RowEvent {
  return { offset: letter.kafkaOffset, timestampMs: letter.ingestedAtMs, payload: Buffer.from(payload) };
}

/** The kafka partition and hour of letters, of a stream with this contract. */
export function placeOf(
  { topic, incarnation, kafkaPartition, hour }: Omit<LetterBatch, 'letters' | 'stream'>,
  contract: Contract,
): HourOfSource {
  return { stream: { topic, contract, incarnation }, kafkaPartition, hour };
}

function whyNot({ amended, refused, notRejected }: AmendedHour, offset: number): string | undefined {
  if (includes(amended, offset)) return undefined;
  const rejection = refused.get(offset);
  if (rejection !== undefined) return refusalText(rejection);
  return includes(notRejected, offset) ? 'the stream’s table does not have it as a rejected record' : undefined;
}

function lettersOfHour(batch: LetterBatch, contract: Contract, accepted: readonly AcceptedLetter[]): LettersOfHour {
  const records = accepted.map(({ letter, payload }) => ({
    offset: letter.kafkaOffset,
    timestamp: letter.ingestedAtMs,
    // Keeps the chain's knowledge of its topic's timestamps unchanged.
    timestampType: 'LOG_APPEND_TIME' as const,
    value: Buffer.from(payload).toString('base64'),
  }));
  return { ...placeOf(batch, contract), records };
}
