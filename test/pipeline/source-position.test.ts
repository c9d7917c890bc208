import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aboveHighWater, sourceHeaders, sourcePosition } from '../../lib/pipeline/source-position.ts';

const whole = fc.integer({ min: 0, max: 999_999_999_999_999 });
const position = fc.record({
  incarnation: whole,
  offset: whole,
  ordinal: whole,
  timestampMs: fc.oneof(whole, fc.constant(-1)),
});

describe('the headers of a refined record', () => {
  it('give back the position that was written, among other headers', () => {
    fc.assert(
      fc.property(position, (written) => {
        const other = { name: 'trace', value: Buffer.from('1') };
        expect(sourcePosition([other, ...sourceHeaders(written), other])).toEqual(written);
      }),
      { numRuns: 50 },
    );
  });

  it('say nothing when one is missing, repeated or no number', () => {
    const headers = sourceHeaders({ incarnation: 0, offset: 1, ordinal: 2, timestampMs: 3 });
    for (let index = 0; index < headers.length; index++) {
      expect(sourcePosition(headers.toSpliced(index, 1))).toBeNull();
      expect(sourcePosition([...headers, ...headers.slice(index, index + 1)])).toBeNull();
      for (const text of ['', '-2.5', 'x', '1e3', '9999999999999999']) {
        const broken = { name: headers[index]?.name ?? '', value: Buffer.from(text) };
        expect(sourcePosition(headers.toSpliced(index, 1, broken))).toBeNull();
      }
    }
  });
});

describe('the high-water', () => {
  const at = (incarnation: number, offset: number, ordinal: number) => ({
    source: { incarnation, offset, ordinal, timestampMs: 0 },
  });

  it('lets each position through once, however suffixes are repeated', () => {
    const all = [at(0, 5, 0), at(0, 5, 1), at(0, 7, 0), at(1, 0, 0)];
    const repeated = fc.array(fc.integer({ min: 0, max: all.length - 1 }), { maxLength: 5 });
    fc.assert(
      fc.property(repeated, (starts) => {
        const log = [...all, ...starts.flatMap((start) => all.slice(start))];
        expect(aboveHighWater(log, null).kept).toEqual(all);
      }),
      { numRuns: 50 },
    );
  });

  it('continues from where the chain stands', () => {
    const newestTimestampMs = at(0, 0, 0).source.timestampMs;
    const before = { incarnation: 0, offset: 4, ordinal: 1, newestTimestampMs };
    const { kept, highWater } = aboveHighWater([at(0, 4, 1), at(0, 4, 2)], before);
    expect(kept).toEqual([at(0, 4, 2)]);
    expect(highWater).toEqual({ ...before, ordinal: 2 });
  });

  it('takes no newer record for a repetition', () => {
    const { source } = at(0, 2, 0);
    const again = { source: { ...source, timestampMs: source.timestampMs + 1 } };
    const { highWater } = aboveHighWater([at(0, 3, 0)], null);
    expect(aboveHighWater([again], highWater)).toMatchObject({ kept: [], newer: again.source });
    const raised = { source: { ...again.source, incarnation: 1 } };
    expect(aboveHighWater([raised], highWater).kept).toEqual([raised]);
  });

  it('drops a repetition quietly although the clock of its source has stepped back in between', () => {
    const stamped = (offset: number, timestampMs: number) => ({ source: { ...at(0, offset, 0).source, timestampMs } });
    const [first, behind] = [stamped(5, 100), stamped(6, 40)];
    const { highWater } = aboveHighWater([first, behind], null);
    expect(highWater).toMatchObject({ offset: 6, newestTimestampMs: 100 });
    expect(aboveHighWater([first, behind], highWater).kept).toEqual([]);
  });

  it('keeps records that do not say where they come from: they are dead letters', () => {
    const foreign = {};
    expect(aboveHighWater([foreign, foreign], null)).toEqual({
      kept: [foreign, foreign],
      highWater: null,
      newer: null,
    });
  });
});
