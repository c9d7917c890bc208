import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bigint, contract, decimal, map, string, timestamp } from '../../lib/contracts/contract.ts';
import { rowSelect } from '../../lib/derive/row-select.ts';
import { reader } from '../../lib/pipeline/reading.ts';
import { shapes } from '../../lib/pipeline/shapes.ts';
import { fuzzRuns } from '../support/json-events.ts';
import { accepts } from '../support/readings.ts';
import { rowsOf, withPosition } from '../support/rows.ts';

const NOW_MS = Date.parse('2026-01-31T13:00:00Z');
const decimals = { cents: [20, 2], whole: [38, 0], long: [38, 10], tiny: [38, 38], small: [3, 1] } as const;
type DecimalName = keyof typeof decimals;
const names = Object.keys(decimals) as DecimalName[];

const flatFields = {
  at: timestamp('Time.'),
  cents: decimal(...decimals.cents, 'Cents.', { nullable: true }),
  whole: decimal(...decimals.whole, 'No fraction.', { nullable: true }),
  long: decimal(...decimals.long, 'Both.', { nullable: true }),
  tiny: decimal(...decimals.tiny, 'A fraction.', { nullable: true }),
  small: decimal(...decimals.small, 'Three digits.', { nullable: true }),
  count: bigint('An integer.', { nullable: true }),
};
const facts = {
  version: 1,
  description: 'Numbers.',
  owner: 'tests',
  key: null,
  eventTime: 'at',
  identity: 'position',
} as const;
const { tiny: _, ...ofShape } = flatFields;
/** A shape cannot express a scale of 38. */
const flat = contract({ ...facts, name: 'test.numbers', fields: ofShape });
const nested = contract({
  ...facts,
  name: 'test.nested_numbers',
  fields: { ...flatFields, by: map(string('Text.'), 'Nested.', { nullable: true }) },
});

/** JSON numbers of up to fifty digits, some with an exponent, many around the bounds of a type. */
const tokens = fc.oneof(
  fc.stringMatching(/^-?(0|[1-9]\d{0,3})(\.\d{1,3})?$/),
  fc.stringMatching(/^-?(0|[1-9]\d{0,37})(\.\d{1,12})?$/),
  fc.stringMatching(/^-?(0|[1-9]\d{0,17})(\.\d{1,40})?([eE][+-]?\d{1,2})?$/),
  fc.constantFrom(
    '9'.repeat(18),
    `${'9'.repeat(18)}.994`,
    `${'9'.repeat(18)}.995`,
    `1${'0'.repeat(18)}`,
    '-0',
    '99.95',
  ),
  fc.constantFrom(
    '9007199254740991',
    '-9007199254740992',
    '9007199254740993',
    '9007199254740991.0000000000001',
    '1e15',
  ),
);

/** The number as a fraction of whole numbers, read from its text by other means than the code's. */
function fractionOf(token: string): { readonly over: bigint; readonly under: bigint } {
  const [mantissa = '', exponent = '0'] = token.toLowerCase().split('e');
  const digits = BigInt(mantissa.replace('.', ''));
  const shift = Number(exponent) - (mantissa.split('.')[1]?.length ?? 0);
  return shift >= 0
    ? { over: digits * 10n ** BigInt(shift), under: 1n }
    : { over: digits, under: 10n ** BigInt(-shift) };
}

/** The decimal in its smallest unit, half rounded away from zero; undefined where it has too many digits. */
function expectedUnits(token: string, [precision, scale]: readonly [number, number]): bigint | undefined {
  const { over, under } = fractionOf(token);
  const size = over < 0n ? -over : over;
  const rounded = (2n * size * 10n ** BigInt(scale) + under) / (2n * under);
  if (rounded >= 10n ** BigInt(precision)) return undefined;
  return over < 0n ? -rounded : rounded;
}

function expectedCount(token: string): bigint | undefined {
  const { over, under } = fractionOf(token);
  const count = over / under;
  const safe = BigInt(Number.MAX_SAFE_INTEGER);
  return over % under === 0n && count <= safe && -count <= safe ? count : undefined;
}

const unitsOf = (text: unknown) => BigInt(String(text).replace('.', ''));

it('every number reaches DuckDB exactly, or its event is refused', async () => {
  const read = reader(nested);
  const byShape = shapes(flat);
  for (const name of [...names, 'count']) byShape.learn(`{"at":0,"${name}":0}`);
  const own: string[] = [];
  const lines: string[] = [];
  const expected: { readonly name: string; readonly units: bigint; readonly token: string; readonly own: number }[] =
    [];
  const property = fc.property(fc.constantFrom(...names, 'count' as const), tokens, (name, token) => {
    const units = name === 'count' ? expectedCount(token) : expectedUnits(token, decimals[name]);
    const flatText = `{"at":"2026-01-31T12:00:00Z","${name}":${token}}`;
    const text = flatText.replace('}', `,"by":{"x":"a"},"free":[${token}]}`);
    const reading = read.read(Buffer.from(text), NOW_MS);
    expect('reason' in reading).toBe(units === undefined);
    const isByShape = accepts(byShape, flatText, '2026-01-31');
    if (isByShape) expect(units).toBeDefined();
    if ('reason' in reading || units === undefined) return;
    lines.push(withPosition(reading.line, lines.length, NOW_MS));
    expected.push({ name, units, token, own: isByShape ? own.length : -1 });
    if (isByShape) own.push(withPosition(flatText, own.length, NOW_MS));
  });
  fc.assert(property, { numRuns: fuzzRuns(3000) });

  const { rows } = await rowsOf(rowSelect(nested), lines);
  const { rows: ownRows } = await rowsOf(rowSelect(flat, false), own);
  expect(own.length).toBeGreaterThan(100);
  for (const [index, { name, units, token, own: ownIndex }] of expected.entries()) {
    expect(unitsOf(rows[index]?.[name]), `${token} as ${name}`).toBe(units);
    expect(rows[index]?._extra).toBe(`{"free":[${token}]}`);
    if (ownIndex >= 0) expect(unitsOf(ownRows[ownIndex]?.[name]), `${token} as ${name}`).toBe(units);
  }
});
