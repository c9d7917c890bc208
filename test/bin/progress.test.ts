import { describe, expect, it } from 'vitest';
import { progressLine } from '../../bin/progress.ts';

describe('progress', () => {
  it('tells rate and remaining time', () => {
    expect(progressLine('lines', 12_000, 3000, 0.25)).toBe('12,000 lines, 4,000 a second, 25 %, about 9 s left');
  });

  it('makes no promise where the end is not known', () => {
    expect(progressLine('lines', 12_000, 3000, null)).toBe('12,000 lines, 4,000 a second');
  });
});
