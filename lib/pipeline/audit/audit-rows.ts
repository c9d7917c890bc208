import { countOffsets, intersect, type OffsetRanges, rangesOf, subtract } from '../offset-ranges.ts';
import type { Coverage } from '../slot.ts';
import type { AuditedChain } from './audit-slots.ts';
import { type ChainFinding, type Finding, offsetsText } from './finding.ts';

/** The rows of one kafka partition, and in the dead letters of one stream, that readers of some objects see. */
export interface ChainPositions {
  /** null in a stream's own table. */
  readonly stream: string | null;
  readonly incarnation: number;
  readonly kafkaPartition: number;
  readonly offsets: OffsetRanges;
  /** Rows of a refined table without a position: they were made from the rows of their source. */
  readonly made: number;
  /** Positions that are in more than one row, and their objects. */
  readonly twice: readonly PositionTwice[];
  /** In a refined table, source offsets with an event in several rows that are no copies, and the objects of these rows. */
  readonly sourceTwice: readonly PositionTwice[];
}

interface PositionTwice {
  readonly offset: number;
  readonly keys: readonly string[];
}

export interface PositionsOptions {
  /** Whether the rows belong to several streams: true for the dead letters. */
  readonly byStream: boolean;
  /** Whether the rows have a source position. */
  readonly isRefined: boolean;
}

/** Reads the positions of rows. @throws DamagedObjectError */
export interface RowPositions {
  positions(keys: readonly string[], options: PositionsOptions): Promise<readonly ChainPositions[]>;
}

const REPORT = 'restore the objects of the hour from a copy, if they were changed by hand';

/** Compares the rows of a chain that readers see with its footers. */
export function auditRows(
  kafkaPartition: number,
  chain: AuditedChain,
  found: ChainPositions | undefined,
): readonly ChainFinding[] {
  const { tail, rejected, isWhole, isCounted } = chain;
  const offsets = found?.offsets ?? [];
  const findings: ChainFinding[] = [];
  const add = (kind: Finding['kind'], what: string, wrong: OffsetRanges, remedy = REPORT) => {
    if (wrong.length > 0) findings.push({ kind, message: `${what}: ${offsetsText(kafkaPartition, wrong)}`, remedy });
  };
  const addTwice = (kind: Finding['kind'], what: string, twice: readonly PositionTwice[], remedy: string) => {
    const keys = [...new Set(twice.flatMap((one) => one.keys))].sort();
    add(kind, `${what}, of ${keys.join(', ')}`, rangesOf(twice.map(({ offset }) => offset)), remedy);
  };
  addTwice('rows_twice', 'in more than one row', found?.twice ?? [], 'move away the object that is a copy of another');
  const sourceTwice = isOneIncarnation(tail) ? (found?.sourceTwice ?? []) : [];
  addTwice('refined_twice', 'events of these source records are in more than one row', sourceTwice, REPORT);
  add('rows_unknown', 'rows that the chain has not taken in', subtract(offsets, tail.covered));
  if (!isWhole) return findings;
  add(
    'rows_unknown',
    'rows of rejected records that nobody has replayed',
    intersect(offsets, subtract(rejected, tail.amended)),
  );
  const rows = countOffsets(offsets);
  const { made } = tail.counts;
  const expected = tail.counts.rows - made;
  if (isCounted && rows < expected) {
    const without = subtract(subtract(tail.covered, subtract(rejected, tail.amended)), offsets);
    add('rows_missing', `${expected - rows} of ${expected} rows are missing, among`, without);
  }
  const foundMade = found?.made ?? 0;
  if (isCounted && foundMade !== made) {
    const sources = offsetsText(kafkaPartition, tail.amendedSources?.offsets ?? []);
    findings.push({
      kind: foundMade < made ? 'rows_missing' : 'rows_unknown',
      message: `expected ${made} rows made from the lake, found ${foundMade}, of these of the source: ${sources}`,
      remedy: REPORT,
    });
  }
  return findings;
}

/** Whether all sources of a chain's rows are of one incarnation: rows do not say of which, so others repeat offsets. */
function isOneIncarnation({ highWater, amendedSources }: Coverage): boolean {
  if (highWater?.isMixed === true) return false;
  return highWater === null || amendedSources === null || highWater.incarnation === amendedSources.incarnation;
}
