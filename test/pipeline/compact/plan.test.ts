import { describe, expect, it } from 'vitest';
import { type PlanInput, planCompaction } from '../../../lib/pipeline/compact/plan.ts';

const MEBIBYTE = 1024 * 1024;

function plan(inputs: readonly Partial<PlanInput>[], maxPartBytes?: number) {
  const whole = inputs.map((input, index) => ({
    key: `object-${index}`,
    rows: 1,
    sizeBytes: 1,
    rawBytes: 1,
    columns: {},
    ...input,
  }));
  const limits = maxPartBytes === undefined ? [] : [{ maxPartBytes }];
  return planCompaction(whole, [], { contractVersion: 1, columns: [] }, ...limits);
}

describe('the parts of a compaction', () => {
  const sized = (...sizes: readonly number[]) => sizes.map((sizeBytes) => ({ sizeBytes }));

  it('have all objects in order, each part as many as its limit has room for', () => {
    expect(plan(sized(4, 6, 1, 9, 1), 10).parts).toEqual([
      ['object-0', 'object-1'],
      ['object-2', 'object-3'],
      ['object-4'],
    ]);
  });

  it('are an object each where one alone is too large, and one without objects where there are no rows', () => {
    expect(plan(sized(11, 12), 10).parts).toEqual([['object-0'], ['object-1']]);
    expect(plan([{ rows: 0 }]).parts).toEqual([[]]);
  });

  it('are cut at half a gibibyte', () => {
    expect(plan(sized(256 * MEBIBYTE, 256 * MEBIBYTE, 1)).parts).toHaveLength(2);
    expect(plan(sized(256 * MEBIBYTE, 256 * MEBIBYTE)).parts).toHaveLength(1);
  });
});

describe('the row groups of a compaction', () => {
  const rowsOf = (rows: number, rawBytes: number) => plan([{ rows, rawBytes }]).rowGroupRows;

  it('hold 64 MiB of rows', () => {
    expect(rowsOf(1000, 1000 * 1024)).toBe(65_536);
    expect(rowsOf(10, 10 * 16 * 1024)).toBe(4_096);
  });

  it('have from 2,048 to 122,880 rows, however large or small these are', () => {
    expect(rowsOf(1000, 1000 * MEBIBYTE)).toBe(2_048);
    expect(rowsOf(1000, 1000)).toBe(122_880);
    expect(rowsOf(1000, 0)).toBe(122_880);
  });
});
