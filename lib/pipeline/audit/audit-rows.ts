import { countOffsets, intersect, type OffsetRanges, rangesOf, subtract } from '../offset-ranges.ts';
import type { AuditedChain } from './audit-slots.ts';
import { type ChainFinding, type Finding, offsetsText } from './finding.ts';

/** The rows of one kafka partition, in the dead letters of one stream, that readers of some objects see. */
export interface ChainPositions {
  /** null in a stream's own table. */
  readonly stream: string | null;
  readonly incarnation: number;
  readonly kafkaPartition: number;
  readonly offsets: OffsetRanges;
  /** Positions that are in more than one row, and the objects that have them. */
  readonly twice: readonly PositionTwice[];
  /** In a refined table, source offsets of which one event is in rows of several offsets, and the objects that have them. */
  readonly sourceTwice: readonly PositionTwice[];
}

interface PositionTwice {
  readonly offset: number;
  readonly keys: readonly string[];
}

export interface PositionsOptions {
  /** Whether the rows are of several streams: dead letters. */
  readonly byStream: boolean;
  /** Whether the rows say which record of a source they come from. */
  readonly isRefined: boolean;
}

/** Reads the positions of rows. @throws DamagedObjectError */
export interface RowPositions {
  positions(keys: readonly string[], options: PositionsOptions): Promise<readonly ChainPositions[]>;
}

const REPORT = 'restore the objects of the hour from a copy, if they were changed by hand';

/** Compares what readers see of a chain with what its footers say. */
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
  addTwice(
    'refined_twice',
    'events of these source records are in more than one row',
    found?.sourceTwice ?? [],
    REPORT,
  );
  add('rows_unknown', 'rows that the chain has not taken in', subtract(offsets, tail.covered));
  if (!isWhole) return findings;
  add(
    'rows_unknown',
    'rows of rejected records that nobody has replayed',
    intersect(offsets, subtract(rejected, tail.amended)),
  );
  const rows = countOffsets(offsets);
  const expected = tail.counts.rows;
  if (isCounted && rows < expected) {
    const without = subtract(subtract(tail.covered, subtract(rejected, tail.amended)), offsets);
    add('rows_missing', `${expected - rows} of ${expected} rows are missing, among`, without);
  }
  return findings;
}
