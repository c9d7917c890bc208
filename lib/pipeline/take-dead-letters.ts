import type { Contract } from '../contracts/contract.ts';
import { deadLetterSelect } from '../derive/row-select.ts';
import type { HourPart } from './batch.ts';
import { appendToChain, type ChainPorts, type SlotContents, type SlotDraft } from './chain.ts';
import { type DeadLetter, deadLetterLines } from './dead-letters.ts';
import { longestLineBytes } from './lines.ts';
import type { RejectionReason } from './outcome.ts';
import { deadLetterChain } from './part-chains.ts';
import type { RowEncoder } from './ports.ts';
import { type SlotFacts, type Verdict, writeFacts } from './slot.ts';

export interface TakenDeadLetters {
  readonly rows: number;
  /** One per row. */
  readonly reasons: readonly RejectionReason[];
  readonly objects: number;
  /** The newest complete generation of the hour of `lake.dead_letters`. */
  readonly generation: number;
}

/**
 * Appends exactly the records that the data chain rejected to the hour's dead-letter chain, if there are any. It covers
 * the whole batch in that hour, so that scattered rejections stay one range.
 */
export async function takeDeadLetters(
  ports: ChainPorts,
  encoder: RowEncoder,
  part: HourPart,
  verdicts: ReadonlyMap<number, Verdict>,
): Promise<TakenDeadLetters | undefined> {
  if (verdicts.size === 0) return undefined;
  const { stream, records, ranges } = part;
  const rejected = records.filter(({ offset }) => verdicts.has(offset));
  if (rejected.length === 0) return undefined;
  const { contract, topic } = stream;
  const name = contract?.name ?? topic;
  let reasons: readonly RejectionReason[] = [];
  const { tail, objects } = await appendToChain(ports, {
    chain: deadLetterChain(part),
    stream: name,
    topic,
    contractVersion: contract?.version ?? null,
    records: rejected,
    ranges,
    contents: (fresh, draft) => {
      const letters = fresh.map((record) => ({ record, verdict: verdicts.get(record.offset) as Verdict }));
      reasons = letters.map(({ verdict }) => verdict.reason);
      return deadLetterObject(encoder, { stream: name, topic, contract }, letters, draft);
    },
  });
  if (objects === 0) reasons = [];
  return { rows: reasons.length, reasons, objects, generation: tail.completeGeneration };
}

async function deadLetterObject(
  encoder: RowEncoder,
  source: { readonly stream: string; readonly topic: string; readonly contract: Contract | null },
  letters: readonly DeadLetter[],
  draft: SlotDraft,
): Promise<SlotContents> {
  const counts = { ...draft.counts, rows: draft.counts.rows + letters.length };
  const facts: SlotFacts = { ...draft, counts, rejected: [] };
  const { incarnation, kafkaPartition } = draft;
  const lines = deadLetterLines(source, letters);
  const encoded = await encoder.encode({
    select: deadLetterSelect,
    lines: lines.bytes,
    longestLineBytes: longestLineBytes(lines),
    constants: { incarnation, kafkaPartition, contractVersion: 0 },
    footer: writeFacts(facts),
  });
  // There is no fallback for a dead letter, and its line is Weir's own text: a refusal is a defect.
  if ('refused' in encoded) throw new Error(`${source.topic}: dead letters were refused: ${encoded.refused}`);
  return { body: encoded.body, facts };
}
