import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  frameBytes,
  frameBytesAt,
  isIntact,
  lengthsAddUp,
  readFrame,
  writeFrame,
} from '../../../../lib/adapters/embedded/event-log/record-frame.ts';

const bytes = fc.uint8Array({ maxLength: 100 });
const header = fc.record({ name: fc.string({ unit: 'grapheme', maxLength: 10 }), value: bytes });
const record = fc.record({
  key: fc.option(bytes),
  value: fc.option(bytes),
  headers: fc.array(header, { maxLength: 3 }),
});
const placement = fc.record({
  offset: fc.maxSafeNat(),
  ordinal: fc.nat(2 ** 32 - 1),
  timestampMs: fc.maxSafeInteger(),
  timestampType: fc.constantFrom('LogAppendTime' as const, 'CreateTime' as const),
});
const seeds = fc.nat(2 ** 32 - 1);
const list = (found: Uint8Array | null) => found && [...found];

describe('a record’s frame', () => {
  it('gives back what was written, and ends where it said', () => {
    fc.assert(
      fc.property(record, placement, seeds, fc.nat(20), (written, place, seed, at) => {
        const size = frameBytes(written);
        const buffer = Buffer.alloc(at + size + 5);
        expect(writeFrame(buffer, at, written, { placement: place, seed })).toBe(at + size);
        expect(frameBytesAt(buffer, at)).toBe(size);
        expect(isIntact(buffer, at, size, seed)).toBe(true);
        expect(lengthsAddUp(buffer, at, size)).toBe(true);
        const read = readFrame(buffer, at, 3);
        expect(read).toMatchObject({
          kafkaPartition: 3,
          offset: place.offset,
          timestampMs: place.timestampMs,
          timestampType: place.timestampType,
        });
        expect([list(read.key), list(read.value)]).toEqual([list(written.key), list(written.value)]);
        expect(read.headers.map(({ name, value }) => [name, list(value)])).toEqual(
          written.headers.map(({ name, value }) => [name, list(value)]),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('with one bit changed, or under another segment’s seed, is not taken for whole', () => {
    fc.assert(
      fc.property(record, placement, seeds, fc.nat(), fc.nat(7), (written, place, seed, where, bit) => {
        const size = frameBytes(written);
        const buffer = Buffer.alloc(size);
        writeFrame(buffer, 0, written, { placement: place, seed });
        expect(isIntact(buffer, 0, size, (seed ^ 1) >>> 0)).toBe(false);
        const at = 4 + (where % (size - 4));
        buffer[at] = (buffer[at] ?? 0) ^ (1 << bit);
        expect(isIntact(buffer, 0, size, seed)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('is distinguished from bytes that look like one everywhere, without their checksums', () => {
    // Numbers of 32 bits.
    const numbers = Buffer.from(
      Array.from({ length: 100_000 }, (_, index) => (index % 4 === 3 ? 1 + (index % 41) : 0)),
    );
    const places = Array.from({ length: numbers.length }, (_, at) => ({ at, size: frameBytesAt(numbers, at) }));
    const fitting = places.filter(({ at, size }) => typeof size === 'number' && at + size <= numbers.length);
    expect(fitting.length).toBeGreaterThan(10_000);
    expect(fitting.filter(({ at, size }) => lengthsAddUp(numbers, at, Number(size)))).toEqual([]);
  });
});

it('a record is refused that no frame can hold, with its size and the largest one', () => {
  const value = new Uint8Array(128 * 1024 * 1024);
  expect(() => frameBytes({ key: null, value, headers: [] })).toThrow(
    /^a record of 1342\d+ bytes is too large for the event log: expected at most 134217728 bytes$/,
  );
});
