import { describe, expect, it } from 'vitest';
import { backOffMs } from '../../lib/local/event-source/back-off.ts';
import { type Notice, troubleReport } from '../../lib/local/trouble-report.ts';

describe('the report of trouble', () => {
  it('is reported once for the same trouble, though its numbers and file names differ', () => {
    const told: Notice[] = [];
    const report = troubleReport((notice) => told.push(notice));
    report.failed('sending', new Error('cannot write weir-194170a2-f46c-4088-ae86-01773b728177.parquet at 17'));
    report.failed('sending', new Error('cannot write weir-0b98adf8-ec59-1482-2864-7027d5bf742a.parquet at 18'));
    report.failed('sending', new Error('the disk is full'));
    report.succeeded();
    report.succeeded();
    expect(told.map(({ kind, message }) => `${kind} ${message}`)).toEqual([
      'trouble cannot write weir-194170a2-f46c-4088-ae86-01773b728177.parquet at 17',
      'trouble the disk is full',
      'recovered ',
    ]);
  });
});

describe('the back-off', () => {
  it('doubles up to the most, and is at least half of it by chance', () => {
    const backOff = { firstMs: 100, maxMs: 1000 };
    expect([1, 2, 3, 4, 5, 5000].map((failures) => backOffMs(backOff, failures, () => 1))).toEqual([
      100, 200, 400, 800, 1000, 1000,
    ]);
    expect(backOffMs(backOff, 2, () => 0)).toBe(100);
  });
});
