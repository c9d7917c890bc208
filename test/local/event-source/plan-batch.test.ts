import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planBatch, type WaitingQueue } from '../../../lib/local/event-source/plan-batch.ts';

const queue = (kafkaPartition: number, ...sizes: readonly number[]): WaitingQueue => ({
  kafkaPartition,
  records: sizes.map((payloadBytes, offset) => ({ offset, payloadBytes })),
  isOverdue: false,
});
const overdue = (kafkaPartition: number, ...sizes: readonly number[]): WaitingQueue => ({
  ...queue(kafkaPartition, ...sizes),
  isOverdue: true,
});
const times = (count: number, size: number) => Array.from({ length: count }, () => size);
const cutOf = (queues: readonly WaitingQueue[], maxRecords: number, maxPayloadBytes: number) => {
  const { cut, isFull } = planBatch(queues, { maxRecords, maxPayloadBytes });
  return { cut: [...cut], isFull };
};

describe('the plan of a batch', () => {
  it('is empty when nothing waits', () => {
    expect(cutOf([queue(0), queue(1)], 10, 1000)).toEqual({ cut: [], isFull: false });
  });

  it('takes everything that fits, of every kafka partition', () => {
    expect(cutOf([queue(0, 1, 1), queue(1, 1)], 10, 1000)).toEqual({
      cut: [
        [0, 2],
        [1, 1],
      ],
      isFull: false,
    });
  });

  it('is filled out of one kafka partition where that has enough', () => {
    expect(cutOf([queue(0, ...times(20, 1)), queue(1, ...times(20, 1))], 10, 1000)).toEqual({
      cut: [[0, 10]],
      isFull: true,
    });
  });

  it('leaves a kafka partition that it would split for the next payload', () => {
    expect(cutOf([queue(0, ...times(6, 1)), queue(1, ...times(6, 1))], 10, 1000)).toEqual({
      cut: [[0, 6]],
      isFull: true,
    });
  });

  it('splits one rather than go half empty', () => {
    expect(cutOf([overdue(0, 1, 1), queue(1, ...times(20, 1))], 10, 1000)).toEqual({
      cut: [
        [0, 2],
        [1, 8],
      ],
      isFull: true,
    });
  });

  it('takes the longest run first', () => {
    expect(cutOf([queue(0, ...times(6, 1)), queue(1, ...times(9, 1))], 10, 1000).cut).toEqual([[1, 9]]);
    expect(cutOf([queue(0, ...times(6, 100)), queue(1, ...times(9, 1))], 10, 1000).cut).toEqual([[1, 9]]);
  });

  it('takes kafka partitions that fill a payload in the given order, however much more one has', () => {
    expect(cutOf([queue(0, ...times(10, 1)), queue(1, ...times(90, 1))], 10, 1000).cut).toEqual([[0, 10]]);
    expect(cutOf([queue(1, ...times(90, 1)), queue(0, ...times(10, 1))], 10, 1000).cut).toEqual([[1, 10]]);
  });

  it('takes overdue kafka partitions before longer runs, in the given order', () => {
    const longest = queue(0, ...times(20, 1));
    expect(cutOf([longest, overdue(1, ...times(2, 1)), overdue(2, ...times(4, 1))], 10, 1000).cut).toEqual([
      [1, 2],
      [2, 4],
    ]);
  });

  it('counts payload bytes as well as records', () => {
    expect(cutOf([queue(0, ...times(5, 300))], 10, 1000)).toEqual({ cut: [[0, 3]], isFull: true });
  });

  it('takes a record that is larger than a payload alone', () => {
    expect(cutOf([queue(0, 5000, 1)], 10, 1000)).toEqual({ cut: [[0, 1]], isFull: true });
    expect(cutOf([queue(0, 1, 5000)], 10, 1000)).toEqual({ cut: [[0, 1]], isFull: true });
  });

  it('is full with the last record or byte that fits', () => {
    expect(cutOf([queue(0, ...times(9, 1))], 10, 1000).isFull).toBe(false);
    expect(cutOf([queue(0, ...times(10, 1))], 10, 1000).isFull).toBe(true);
    expect(cutOf([queue(0, 500, 499)], 10, 1000).isFull).toBe(false);
    expect(cutOf([queue(0, 500, 500)], 10, 1000).isFull).toBe(true);
  });

  it('never holds offsets that go back: a batch is all records between its first and its last', () => {
    const records = [7, 8, 0, 1].map((offset) => ({ offset, payloadBytes: 1 }));
    const recreated = { kafkaPartition: 0, records, isOverdue: false };
    expect(cutOf([recreated], 10, 1000)).toEqual({ cut: [[0, 2]], isFull: true });
  });

  it('makes progress and keeps the limits, whatever waits', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(sizes, { maxLength: 5 }), fc.integer({ min: 1, max: 40 }), (all, maxRecords) => {
        const queues = all.map((one, kafkaPartition) => queue(kafkaPartition, ...one));
        const { cut } = planBatch(queues, { maxRecords, maxPayloadBytes: 100 });
        const taken = queues.flatMap(({ kafkaPartition, records }) => records.slice(0, cut.get(kafkaPartition) ?? 0));
        expect(taken.length > 0).toBe(all.some((one) => one.length > 0));
        expect(taken.length).toBeLessThanOrEqual(maxRecords);
        expect(taken.reduce((sum, { payloadBytes }) => sum + payloadBytes, 0)).toBeLessThanOrEqual(100);
        expect([...cut.values()].every((count) => count > 0)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
