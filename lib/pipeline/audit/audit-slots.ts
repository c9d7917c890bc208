import { countOffsets, type OffsetRanges, subtract, union } from '../offset-ranges.ts';
import { type Coverage, coverageOf, type RecordedRejections, type SlotFacts } from '../slot.ts';
import { type ChainFinding, FROM_A_COPY, offsetsText } from './finding.ts';

export interface AuditedSlot {
  readonly key: string;
  readonly slot: number;
  /** null if the object is damaged; `damage` then describes how. */
  readonly facts: SlotFacts | null;
  readonly damage?: string;
}

/** A chain's coverage at the start of a generation. */
export interface ChainStart extends Coverage {
  readonly rejected: readonly RecordedRejections[];
  /** False for objects of earlier versions, which have no counts. */
  readonly isCounted: boolean;
}

export interface AuditedChain {
  readonly findings: readonly ChainFinding[];
  readonly tail: Coverage;
  /** Every offset that the chain has rejected, from undamaged objects. */
  readonly rejected: OffsetRanges;
  /** Whether every object exists and is undamaged. */
  readonly isWhole: boolean;
  readonly isCounted: boolean;
}

/**
 * Checks the slots of a chain in one generation, ascending, from their footers alone: none is missing or damaged, each
 * covers exactly what was covered before plus its own offsets, and the counts add up.
 */
export function auditSlots(kafkaPartition: number, start: ChainStart, slots: readonly AuditedSlot[]): AuditedChain {
  const findings: ChainFinding[] = [];
  let tail: Coverage = coverageOf(start);
  let rejected = offsetsOf(start.rejected);
  let isCounted = start.isCounted;
  let isWhole = true;
  let expected = 0;
  let missing: { readonly kind: 'lost_object' | 'damaged_object'; readonly what: string }[] = [];
  for (const { key, slot, facts, damage } of slots) {
    for (; expected < slot; expected++) {
      missing.push({ kind: 'lost_object', what: `${slotBefore(key, expected)}: the object is gone` });
    }
    expected = slot + 1;
    if (facts === null) {
      missing.push({ kind: 'damaged_object', what: damage ?? `${key}: the object is damaged` });
      continue;
    }
    const before = subtract(facts.covered, facts.own);
    const lost = subtract(before, tail.covered);
    for (const { kind, what } of missing) {
      const had = lost.length === 0 ? 'it had taken no offsets in' : `with ${offsetsText(kafkaPartition, lost)}`;
      findings.push({ kind, message: `${what}, ${had}`, remedy: FROM_A_COPY });
    }
    if (missing.length > 0) isWhole = false;
    else findings.push(...additionFindings(kafkaPartition, key, tail, facts));
    missing = [];
    tail = coverageOf(facts);
    isCounted &&= facts.counts !== undefined;
    rejected = union(rejected, offsetsOf(facts.rejected));
    if (isCounted) findings.push(...countFindings(key, facts));
  }
  for (const { kind, what } of missing) {
    isWhole = false;
    const message = `${what}; it is the newest of kafka partition ${kafkaPartition} in its hour`;
    findings.push({
      kind,
      message,
      remedy: `${FROM_A_COPY}; or move it away, and what is delivered again is taken in again`,
    });
  }
  return { findings, tail, rejected, isWhole, isCounted };
}

function offsetsOf(recorded: readonly RecordedRejections[]): OffsetRanges {
  return recorded.reduce<OffsetRanges>((all, { offsets }) => union(all, offsets), []);
}

/** The key of an earlier slot of the same chain. */
const slotBefore = (key: string, slot: number) =>
  key.replace(/\d{6,}\.parquet$/, `${String(slot).padStart(6, '0')}.parquet`);

function additionFindings(kafkaPartition: number, key: string, before: Coverage, facts: SlotFacts) {
  const { own, covered, amended = [] } = facts;
  const sum = union(before.covered, own);
  const wrong = union(subtract(sum, covered), subtract(covered, sum));
  const forgotten = subtract(before.amended, amended);
  const forgottenSources = subtract(sourcesOf(before), sourcesOf(facts));
  const remedy = 'report this: no version of Weir writes such an object';
  return [
    ...(wrong.length === 0
      ? []
      : [
          {
            kind: 'does_not_add_up' as const,
            message: `${key}: covered is not what was covered before and its own: ${offsetsText(kafkaPartition, wrong)}`,
            remedy,
          },
        ]),
    ...(forgotten.length === 0
      ? []
      : [
          {
            kind: 'does_not_add_up' as const,
            message: `${key}: amended lacks what was amended before: ${offsetsText(kafkaPartition, forgotten)}`,
            remedy,
          },
        ]),
    ...(forgottenSources.length === 0
      ? []
      : [
          {
            kind: 'does_not_add_up' as const,
            message: `${key}: amendedSources lacks what was made before: ${offsetsText(kafkaPartition, forgottenSources)} of the source`,
            remedy,
          },
        ]),
  ];
}

const sourcesOf = ({ amendedSources }: Partial<Coverage>): OffsetRanges => amendedSources?.offsets ?? [];

function countFindings(key: string, facts: SlotFacts) {
  const { counts, amended: offsets } = coverageOf(facts);
  const { taken, rows, rejected, repeated, made } = counts;
  const amended = countOffsets(offsets);
  if (rows === taken - rejected - repeated + amended + made) return [];
  const message =
    `${key}: counts ${rows} rows, and ${taken} taken − ${rejected} rejected − ${repeated} repeated + ${amended} amended + ` +
    `${made} made from the lake`;
  return [
    { kind: 'does_not_add_up' as const, message, remedy: 'report this: no version of Weir writes such an object' },
  ];
}
