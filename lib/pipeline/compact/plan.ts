import type { ObjectDescription, PartColumn } from '../ports.ts';
import { type CompactedChain, isUnused } from '../slot.ts';

/**
 * The contents of an hour's next generation. Every process follows an existing plan, whatever its version and settings.
 */
export interface CompactionPlan {
  /** The contract version of the planner; null for the dead letters. */
  readonly contractVersion: number | null;
  readonly columns: readonly PartColumn[];
  readonly rowGroupRows: number;
  /** The chains as they were sealed. */
  readonly chains: readonly CompactedChain[];
  /** Keys of the objects whose rows go into each part, in order. Part 0 is the compact object. */
  readonly parts: readonly (readonly string[])[];
}

export interface PlanInput extends ObjectDescription {
  readonly key: string;
}

export interface PlanLimits {
  /** The stored size of one part's inputs. */
  readonly maxPartBytes: number;
}

/** A part must fit on the disk of one function. */
const PLAN_LIMITS: PlanLimits = { maxPartBytes: 512 * 1024 * 1024 };

/** DuckDB holds several whole row groups in memory. */
const ROW_GROUP_BYTES = 64 * 1024 * 1024;
const MIN_ROW_GROUP_ROWS = 2_048;
const MAX_ROW_GROUP_ROWS = 122_880;

/** Plans one part for nearly every hour; several if the inputs exceed what a function holds. */
export function planCompaction(
  inputs: readonly PlanInput[],
  chains: readonly CompactedChain[],
  { contractVersion, columns }: Pick<CompactionPlan, 'contractVersion' | 'columns'>,
  limits: PlanLimits = PLAN_LIMITS,
): CompactionPlan {
  const withRows = inputs.filter(({ rows }) => rows > 0);
  const parts: string[][] = [[]];
  let bytes = 0;
  for (const { key, sizeBytes } of withRows) {
    if (bytes > 0 && bytes + sizeBytes > limits.maxPartBytes) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(key);
    bytes += sizeBytes;
  }
  return {
    contractVersion,
    columns,
    rowGroupRows: rowGroupRows(withRows),
    chains: chains.filter((chain) => !isUnused(chain)),
    parts,
  };
}

/** Based on the mean size of a row. */
function rowGroupRows(inputs: readonly PlanInput[]): number {
  const rows = inputs.reduce((sum, input) => sum + input.rows, 0);
  const bytes = inputs.reduce((sum, input) => sum + input.rawBytes, 0);
  const fit = bytes === 0 ? MAX_ROW_GROUP_ROWS : Math.floor((ROW_GROUP_BYTES * rows) / bytes);
  return Math.min(MAX_ROW_GROUP_ROWS, Math.max(MIN_ROW_GROUP_ROWS, fit));
}
