import { describe, expect, it } from 'vitest';
import { hourParts } from '../../lib/pipeline/hour-parts.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 0, 31, 13);

/** A batch whose records, from offset 10 on, have these hours after 13:00. */
function partsOf(hours: readonly number[]) {
  const records = hours.map((hour, index) => ({
    offset: 10 + index,
    timestamp: START_MS + hour * HOUR_MS + index,
    timestampType: 'LOG_APPEND_TIME' as const,
    value: '',
  }));
  const stream = { topic: 'orders', contract: null, incarnation: 0 };
  return hourParts({ stream, kafkaPartition: 0, records }).map(({ hour, records: own, ranges }) => ({
    hour: hour.hour,
    offsets: own.map(({ offset }) => offset),
    ranges,
  }));
}

describe('a batch by hours', () => {
  it('is the batch itself where all its records are of one, and nothing where it has none', () => {
    expect(partsOf([0, 0, 0])).toEqual([{ hour: 13, offsets: [10, 11, 12], ranges: [[10, 12]] }]);
    expect(partsOf([])).toEqual([]);
  });

  it('has every record of an hour that another one interrupts, and says where', () => {
    expect(partsOf([1, 1, 0, 1, 0, 0])).toEqual([
      {
        hour: 14,
        offsets: [10, 11, 13],
        ranges: [
          [10, 11],
          [13, 13],
        ],
      },
      {
        hour: 13,
        offsets: [12, 14, 15],
        ranges: [
          [12, 12],
          [14, 15],
        ],
      },
    ]);
  });
});
