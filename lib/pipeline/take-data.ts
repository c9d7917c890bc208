import type { Contract } from '../contracts/contract.ts';
import { type RowSelect, rowSelect } from '../derive/row-select.ts';
import type { DeliveredRecord, HourPart } from './batch.ts';
import { appendToChain, type ChainPorts, type SlotContents, type SlotDraft } from './chain.ts';
import { encodeRows } from './encode-rows.ts';
import { type Judge, judge } from './judge.ts';
import { includes, type OffsetRanges, rangesOf, subtract } from './offset-ranges.ts';
import type { Rejection } from './outcome.ts';
import { dataChain } from './part-chains.ts';
import type { RowEncoder } from './ports.ts';
import { reader } from './reading.ts';
import { shapes } from './shapes.ts';
import { type SlotFacts, type Verdict, writeFacts } from './slot.ts';
import { aboveHighWater, withoutMade } from './source-position.ts';
import { recordVerdicts, verdictsOf } from './verdicts.ts';

export interface Taken {
  /** The batch's records in this hour that are dead letters. */
  readonly verdicts: ReadonlyMap<number, Verdict>;
  readonly rows: number;
  readonly objects: number;
  /** The newest complete generation of the hour. */
  readonly generation: number;
}

/** What is compiled once from a contract. */
export interface ContractTools extends Judge {
  readonly contract: Contract;
  readonly select: RowSelect;
  /** The select for lines without extra fields. */
  readonly selectWithoutExtras: RowSelect;
}

const compiled = new WeakMap<Contract, ContractTools>();

/** Compiled at the contract's first record, and shared by all sinks of the process. */
export function toolsOf(contract: Contract): ContractTools {
  const tools = compiled.get(contract) ?? {
    contract,
    reader: reader(contract),
    shapes: shapes(contract),
    isRefined: contract.refinedFrom !== null,
    select: rowSelect(contract),
    selectWithoutExtras: rowSelect(contract, false),
  };
  compiled.set(contract, tools);
  return tools;
}

export const UNENCODABLE: Rejection = {
  reason: 'unencodable',
  path: '',
  detail: 'accepted by the contract, but refused when the Parquet object was made',
};

/**
 * Appends an hour's records to the data chain, which decides once which of them are dead letters. Earlier verdicts are
 * read back as they were recorded, because a contract may change between a crash and the redelivery.
 */
export async function takeData(
  ports: ChainPorts,
  encoder: RowEncoder,
  tools: ContractTools,
  part: HourPart,
): Promise<Taken> {
  const { name: stream, version: contractVersion } = tools.contract;
  const { hour, records, ranges } = part;
  const chain = dataChain(part, tools.contract);
  let rows = 0;
  const { tail, own, rejected, objects } = await appendToChain(ports, {
    chain,
    stream,
    topic: part.stream.topic,
    contractVersion,
    records,
    ranges,
    contents: async (fresh, draft) => {
      const made = await dataObject(encoder, tools, fresh, hour.dt, draft);
      rows = made.rows;
      return made;
    },
  });
  const before = subtract(ranges, own).length === 0 ? [] : rangesOf(offsetsNotIn(own, records));
  const verdicts = new Map(before.length === 0 ? [] : await ports.tails.verdicts(chain, tail, before));
  for (const [offset, verdict] of verdictsOf(rejected)) verdicts.set(offset, verdict);
  return { verdicts, rows: objects === 0 ? 0 : rows, objects, generation: tail.completeGeneration };
}

function offsetsNotIn(own: OffsetRanges, records: readonly DeliveredRecord[]): readonly number[] {
  return records.map(({ offset }) => offset).filter((offset) => !includes(own, offset));
}

async function dataObject(
  encoder: RowEncoder,
  { contract, select, selectWithoutExtras, ...judges }: ContractTools,
  fresh: readonly DeliveredRecord[],
  day: string,
  draft: SlotDraft,
): Promise<SlotContents & { readonly rows: number }> {
  const { incarnation, kafkaPartition } = draft;
  const { kept: above, highWater } = aboveHighWater(fresh, draft.highWater);
  const kept = withoutMade(above, draft.amendedSources);
  const { lines, mayHaveExtras, rejected, release } = judge(judges, kept, day);
  const factsWith = (refused: ReadonlySet<number>): SlotFacts => {
    const all = refused.size === 0 ? rejected : new Map([...rejected, ...[...refused].map(unencodable)]);
    const counts = {
      ...draft.counts,
      rows: draft.counts.rows + lines.offsets.length - refused.size,
      rejected: draft.counts.rejected + all.size,
      repeated: draft.counts.repeated + fresh.length - kept.length,
    };
    return { ...draft, highWater, counts, rejected: recordVerdicts(all, contract.version) };
  };
  const constants = { incarnation, kafkaPartition, contractVersion: contract.version };
  const rows = { select: mayHaveExtras ? select : selectWithoutExtras, constants, lines };
  const { body, refused } = await encodeRows(encoder, rows, (left) => writeFacts(factsWith(left)));
  release();
  return { body, facts: factsWith(refused), rows: lines.offsets.length - refused.size };
}

const unencodable = (offset: number): [number, Rejection] => [offset, UNENCODABLE];
