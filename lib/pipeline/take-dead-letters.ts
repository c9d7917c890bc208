import type { Contract } from '../contracts/contract.ts';
import { DEAD_LETTERS, lakeTable } from '../derive/names.ts';
import { deadLetterSelect } from '../derive/row-select.ts';
import type { HourPart } from './batch.ts';
import { appendToChain, type ChainPorts, type SlotContents, type SlotDraft } from './chain.ts';
import { type DeadLetter, deadLetterLines } from './dead-letters.ts';
import { longestLineBytes } from './lines.ts';
import type { RejectionReason } from './outcome.ts';
import type { RowEncoder } from './ports.ts';
import { type SlotFacts, type Verdict, writeFacts } from './slot.ts';

export interface TakenDeadLetters {
  readonly rows: number;
  /** One for each row. */
  readonly reasons: readonly RejectionReason[];
  readonly objects: number;
  /** The newest complete generation of the hour of `lake.dead_letters`. */
  readonly generation: number;
}

/**
 * Appends exactly the records that the data chain rejected to the dead-letter chain of the hour, if there are any. Its
 * coverage takes the span of the whole batch, so that scattered rejections stay one range.
 */
export async function takeDeadLetters(
  ports: ChainPorts,
  encoder: RowEncoder,
  { stream, kafkaPartition, hour, records, span }: HourPart,
  verdicts: ReadonlyMap<number, Verdict>,
): Promise<TakenDeadLetters | undefined> {
  if (verdicts.size === 0) return undefined;
  const rejected = records.filter(({ offset }) => verdicts.has(offset));
  if (rejected.length === 0) return undefined;
  const { contract, topic, incarnation } = stream;
  const name = contract?.name ?? topic;
  let reasons: readonly RejectionReason[] = [];
  const { tail, objects } = await appendToChain(ports, {
    chain: { table: DEAD_LETTERS, label: labelOf(contract, topic), incarnation, kafkaPartition, hour },
    stream: name,
    topic,
    contractVersion: contract?.version ?? null,
    records: rejected,
    span,
    contents: (fresh, draft) => {
      const letters = fresh.map((record) => ({ record, verdict: verdicts.get(record.offset) as Verdict }));
      reasons = letters.map(({ verdict }) => verdict.reason);
      return deadLetterObject(encoder, { stream: name, topic, contract }, letters, draft);
    },
  });
  if (objects === 0) reasons = [];
  return { rows: reasons.length, reasons, objects, generation: tail.completeGeneration };
}

/** A topic without contract keeps its own spelling behind a word that no table's name begins with. */
function labelOf(contract: Contract | null, topic: string): string {
  return contract === null ? `topic-${topic}` : lakeTable(contract).table;
}

async function deadLetterObject(
  encoder: RowEncoder,
  source: { readonly stream: string; readonly topic: string; readonly contract: Contract | null },
  letters: readonly DeadLetter[],
  draft: SlotDraft,
): Promise<SlotContents> {
  const facts: SlotFacts = { ...draft, rejected: [] };
  const { incarnation, kafkaPartition } = draft;
  const lines = deadLetterLines(source, letters);
  const encoded = await encoder.encode({
    select: deadLetterSelect,
    lines: lines.bytes,
    longestLineBytes: longestLineBytes(lines),
    constants: { incarnation, kafkaPartition, contractVersion: 0 },
    footer: writeFacts(facts),
  });
  // A dead letter has nowhere further to go, and its line is text of our own making: refusal is a defect.
  if ('refused' in encoded) throw new Error(`${source.topic}: dead letters were refused: ${encoded.refused}`);
  return { body: encoded.body, facts };
}
