import type { Contract } from '../../contracts/contract.ts';
import { maskPayload } from '../masking.ts';
import type { Rejection } from '../outcome.ts';
import { toolsOf } from '../take-data.ts';
import { applyFix, changedPlace, type Fix } from './fix.ts';
import { type Letter, payloadBytes } from './letter.ts';

/** A letter that today's contract accepts, and the payload of its row. */
export interface AcceptedLetter {
  readonly letter: Letter;
  /** Masked according to the contract. */
  readonly payload: Uint8Array;
}

/** A letter that stays a dead letter, and why. */
export interface LeftLetter {
  readonly letter: Letter;
  readonly why: string;
}

export interface JudgedLetters {
  readonly accepted: readonly AcceptedLetter[];
  readonly left: readonly LeftLetter[];
}

/** Judges letters, after the fix if there is one, by today's contract and against the original Kafka timestamps. */
export function judgeLetters(contract: Contract, letters: readonly Letter[], fix?: Fix): JudgedLetters {
  const { reader } = toolsOf(contract);
  const changedOf = changedPlace(contract);
  const accepted: AcceptedLetter[] = [];
  const left: LeftLetter[] = [];
  for (const letter of letters) {
    const fixed = fix === undefined ? { payload: payloadBytes(letter) } : applyFix(fix, letter);
    if ('refusal' in fixed) {
      left.push({ letter, why: fixed.refusal });
      continue;
    }
    const reading = reader.read(fixed.payload, letter.ingestedAtMs);
    const why = 'reason' in reading ? refusalText(reading) : changeText(changedOf(letter, reading.event));
    if (why !== undefined) left.push({ letter, why });
    else if (fixed.payload !== null) accepted.push({ letter, payload: maskPayload(contract, fixed.payload) });
  }
  return { accepted, left };
}

/** Why the contract refuses a letter that was to become a row, as text. */
export function refusalText({ reason, path, detail }: Rejection): string {
  return `the contract refuses it: ${reason}${path === '' ? '' : ` at ${path}`}: ${detail}`;
}

function changeText(changed: string | undefined): string | undefined {
  if (changed === undefined) return undefined;
  return `the fix changes the ${changed}, which makes it another event: send that with weir produce`;
}
