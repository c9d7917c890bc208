import { describe, expect, it } from 'vitest';
import type { StreamStatus } from '../../../lib/api/stream-status.ts';
import { count, duration, statusLine, statusTable } from '../../../lib/local/display/status-lines.ts';

const nowMs = Date.UTC(2026, 0, 31, 13);
const purchases: StreamStatus = {
  stream: 'shop.purchases',
  topic: 'shop.purchases',
  eventsIn: 12345,
  rows: 12000,
  deadLetters: 3,
  lag: 342,
  newestMs: nowMs - 4000,
};
const rooms: StreamStatus = {
  ...purchases,
  stream: 'chat.rooms',
  eventsIn: 0,
  rows: 0,
  deadLetters: 0,
  lag: 0,
  newestMs: null,
};

describe('the status', () => {
  it('is a table with a total', () => {
    expect(statusTable([purchases, rooms], nowMs, 200)).toEqual([
      'stream          events in  rows in the lake  dead letters  lag  newest row',
      'shop.purchases     12,345            12,000             3  342     4 s ago',
      'chat.rooms              0                 0             0    0           –',
      'all                12,345            12,000             3  342     4 s ago',
    ]);
  });

  it('never wraps in the terminal', () => {
    expect(statusTable([purchases], nowMs, 30).every((line) => line.length <= 30)).toBe(true);
  });

  it('is one line where there is no terminal', () => {
    expect(statusLine([purchases, rooms])).toBe(
      '12,345 events in, 12,000 rows, 3 dead letters, lag 342 (rows: shop.purchases 12,000)',
    );
  });

  it('does not guess what is not counted yet', () => {
    expect(statusLine([{ ...purchases, eventsIn: null, rows: null }])).toBe(
      'events, rows and dead letters are being counted, lag 342',
    );
  });

  it('writes numbers and durations for people', () => {
    expect([0, 999, 1000, 1234567].map(count)).toEqual(['0', '999', '1,000', '1,234,567']);
    expect([-5, 400, 119_000, 600_000, 9_000_000, 200_000_000].map(duration)).toEqual([
      '0 s',
      '0 s',
      '119 s',
      '10 min',
      '3 h',
      '2 d',
    ]);
  });
});
