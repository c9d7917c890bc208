import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { DeliveredRecord } from '../../lib/pipeline/batch.ts';
import { judge } from '../../lib/pipeline/judge.ts';
import { reader } from '../../lib/pipeline/reading.ts';
import { shapes } from '../../lib/pipeline/shapes.ts';
import { shopPurchases } from '../fixtures/lake/streams/shop.ts';

const text = '{"created_at":"2026-01-31T12:59:00Z","country":"Österreich","currency":"EUR","amount":5}';

const tools = () => ({ reader: reader(shopPurchases), shapes: shapes(shopPurchases), isRefined: false });

const delivered = (offset: number, value: Uint8Array): DeliveredRecord => ({
  offset,
  timestamp: Date.UTC(2026, 0, 31, 13),
  timestampType: 'LOG_APPEND_TIME',
  value: Buffer.from(value).toString('base64'),
});

const linesOf = ({ lines }: ReturnType<typeof judge>) => Buffer.from(lines.bytes).toString().trimEnd().split('\n');

it('a record whose shape is known keeps its own text, with its position spliced in', () => {
  const known = tools();
  judge(known, [delivered(0, Buffer.from(text))], '2026-01-31');
  expect(linesOf(judge(known, [delivered(1, Buffer.from(text))], '2026-01-31'))).toEqual([
    `{"$o":1,"$t":1769864400000,${text.slice(1)}`,
  ]);
});

it('records of more text than is matched at once keep their own texts, and one that is too long is read', () => {
  const known = tools();
  judge(known, [delivered(0, Buffer.from(text))], '2026-01-31');
  const own = (offset: number) => text.replace('Österreich', `Land ${'x'.repeat(offset % 97)}`);
  const usual = Array.from({ length: 3_000 }, (_, offset) => delivered(offset, Buffer.from(own(offset))));
  const judged = judge(known, usual, '2026-01-31');
  expect(judged.mayHaveExtras).toBe(false);
  expect(linesOf(judged)).toEqual(
    usual.map((_, offset) => `{"$o":${offset},"$t":1769864400000,${own(offset).slice(1)}`),
  );
  // Each text is one that the lake takes; together they are more than is matched at once.
  const long = text.replace('Österreich', 'x'.repeat(40_000)).replace('{', `{"city":"${'y'.repeat(40_000)}",`);
  const withLong = judge(known, usual.with(1_500, delivered(1_500, Buffer.from(long))), '2026-01-31');
  expect(withLong).toMatchObject({ mayHaveExtras: true, rejected: new Map() });
  expect(withLong.lines.offsets.length).toBe(3_000);
});

it('bytes that are no UTF-8 are found behind a shape that takes them, and only their record is rejected', () => {
  const known = tools();
  const good = Buffer.from(text);
  const bad = Buffer.from(text.replace('Österreich', 'Xsterreich'));
  bad[bad.indexOf('Xsterreich')] = 0xd6;
  judge(known, [delivered(0, good)], '2026-01-31');
  const judged = judge(known, [delivered(1, good), delivered(2, bad), delivered(3, good)], '2026-01-31');
  expect(judged.lines.offsets).toEqual([1, 3]);
  expect([...judged.rejected]).toMatchObject([[2, { reason: 'not_utf8' }]]);
});

it('an event of a later day than its hour is judged by the reader, which knows the 24 hours', () => {
  const known = tools();
  judge(known, [delivered(0, Buffer.from(text))], '2026-01-31');
  const tomorrow = Buffer.from(text.replace('2026-01-31T12', '2026-02-01T12'));
  const farOff = Buffer.from(text.replace('2026-01-31T12', '2026-02-01T14'));
  const judged = judge(known, [delivered(1, tomorrow), delivered(2, farOff)], '2026-01-31');
  expect(judged.lines.offsets).toEqual([1]);
  expect([...judged.rejected]).toMatchObject([[2, { reason: 'event_time_out_of_range', path: 'created_at' }]]);
});

it('a position of the largest numbers has its room', () => {
  const known = tools();
  const far = { ...delivered(Number.MAX_SAFE_INTEGER, Buffer.from(text)), timestamp: Date.UTC(2101, 0, 1) - 1 };
  judge(known, [delivered(0, Buffer.from(text))], '2026-01-31');
  const [line] = linesOf(judge(known, [far], '2026-01-31'));
  expect(line).toBe(`{"$o":9007199254740991,"$t":${far.timestamp},${text.slice(1)}`);
});

it.each([-1, Date.UTC(2101, 0, 1), Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])(
  'a Kafka timestamp of %d is written as 1970-01-01, whichever way the record is accepted',
  (timestamp) => {
    const known = tools();
    const early = text.replace('2026-01-31T12:59:00Z', '1970-01-01T00:00:00Z');
    for (const way of ['by the reader', 'by the shape']) {
      const [line] = linesOf(judge(known, [{ ...delivered(7, Buffer.from(early)), timestamp }], '1970-01-01'));
      expect(line, way).toMatch(/^\{"\$o":7,"\$t":0,/);
    }
  },
);

it('positions are written as JavaScript would write them', () => {
  const known = tools();
  judge(known, [delivered(0, Buffer.from(text))], '2026-01-31');
  const numbers = fc.oneof(fc.nat(), fc.maxSafeNat(), fc.constantFrom(0, 9, 10, 99, 100, 999_999_999_999, 10 ** 12));
  fc.assert(
    fc.property(numbers, fc.nat(Date.UTC(2101, 0, 1) - 1), (offset, timestampMs) => {
      const [line] = linesOf(
        judge(known, [{ ...delivered(offset, Buffer.from(text)), timestamp: timestampMs }], '2026-01-31'),
      );
      expect(line).toBe(`{"$o":${offset},"$t":${timestampMs},${text.slice(1)}`);
    }),
  );
});

it('a refined record shows its source’s timestamp and position, whichever way it is accepted', () => {
  const known = tools();
  const source = { incarnation: 0, offset: 1_000_000_000_017, ordinal: 3, timestampMs: Date.UTC(2026, 0, 31, 12) };
  const refined = { ...delivered(7, Buffer.from(text)), source };
  for (const way of ['by the reader', 'by the shape']) {
    const [line = ''] = linesOf(judge(known, [refined], '2026-01-31'));
    expect(line, way).toContain(`{"$o":7,"$t":${source.timestampMs},"$s":1000000000017,"$n":3,`);
  }
});

it('a record that stands for a refinement that threw is a dead letter, and the others are not', () => {
  const source = { incarnation: 0, offset: 4, ordinal: 0, timestampMs: Date.UTC(2026, 0, 31, 13) };
  const refined = { ...tools(), isRefined: true };
  const records = [
    { ...delivered(1, Buffer.from(text)), source },
    { ...delivered(2, Buffer.from('{"of":"the source"}')), source, refinementError: 'RangeError' },
    delivered(3, Buffer.from(text)),
    { ...delivered(4, Buffer.from(text)), source },
  ];
  const { lines, rejected } = judge(refined, records, '2026-01-31');
  expect(lines.offsets).toEqual([1, 4]);
  expect([...rejected]).toMatchObject([
    [2, { reason: 'rule', detail: expect.stringContaining('threw RangeError') }],
    [3, { reason: 'missing_header' }],
  ]);
});
