import fc from 'fast-check';
import type { Contract, Field, FieldType } from '../../lib/contracts/contract.ts';
import { wireFields, wireName } from '../../lib/contracts/wire-name.ts';

/** The number of runs of a property: `usual` in the unit tests, more if `FUZZ_RUNS` says so. */
export function fuzzRuns(usual: number): number {
  return Math.max(usual, Number(process.env.FUZZ_RUNS ?? 0));
}

const HOSTILE = [
  ...['null', 'true', 'false', '"true"', '-0', '-0.0', '0', '0.00', '0.005', '1.005', '2.675', '64.1', '1.0', '1e3'],
  ...['1E2', '1e-7', '1e400', '-1e400', '9007199254740993', '2147483648', '9999999999.995', '12345678901234567890'],
  ...['"nan"', '"infinity"', '"1"', '""', '"\\u0000"', '"\\ud800"', '"\\n"', '"😀"', '"\u007f\u2028"', '"****1111"'],
  ...['"*****"', '"4111111111111111"', '"2024-02-29T00:00:00Z"', '"2023-02-29 00:00:00"', '"2024-02-30T00:00:00"'],
  ...[
    '"2026-01-31T24:00:00Z"',
    '"2026-01-31T23:59:60Z"',
    '"2026-01-31T13:00:00.1234567Z"',
    '"2026-01-31"',
    '[]',
    '{}',
    '"2026-02-30"',
    '"1e400"',
    '"1.50"',
    '"-0"',
    '"9223372036854775808"',
    '"01"',
    '"1 "',
  ],
  ...['"2026-01-31T13:00:00+01:00"', '"0000-01-01T00:00:00"', '"9999-12-31 23:59:59.999999"', '"1969-12-31T23:59:59Z"'],
  ...[
    '"0999-12-31T00:00:00Z"',
    '"2026-04-31T00:00:00Z"',
    'NaN',
    '01',
    '1.',
    '.5',
    '+1',
    '1 ',
    ' 1',
    '1,',
    "'a'",
    '"a\tb"',
  ],
];

const space = fc.constantFrom('', '', '', ' ', '\n', '\t \r');
const numberText = fc.oneof(
  fc.stringMatching(/^-?(0|[1-9]\d{0,30})(\.\d{1,30})?([eE][+-]?\d{1,3})?$/),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
);
/** Without digits; with both required and optional escapes. */
const stringText = fc
  .array(fc.constantFrom('a', 'ä', '😀', '\\n', '\\"', '\\\\', '\\/', '{', '[', ':', ',', ' '), { maxLength: 6 })
  .map((parts) => `"${parts.join('')}"`);
const keyText = fc.oneof(stringText, fc.constantFrom('"__proto__"', '"a"', '"b"', '""'));

/** JSON texts of any form: with white space, duplicate names, and numbers that exceed a double's precision. */
export const jsonTexts: fc.Arbitrary<string> = fc.letrec<{ value: string; list: string; object: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    numberText,
    stringText,
    fc.constantFrom('true', 'false', 'null'),
    tie('list'),
    tie('object'),
  ),
  list: fc
    .array(fc.tuple(space, tie('value'), space), { maxLength: 4 })
    .map((items) => `[${items.map((parts) => parts.join('')).join(',')}]`),
  object: fc
    .array(fc.tuple(space, keyText, space, fc.constant(':'), space, tie('value'), space), { maxLength: 4 })
    .map((members) => `{${members.map((parts) => parts.join('')).join(',')}}`),
})).value;

const number = (pattern: RegExp) => fc.stringMatching(pattern);
const text = fc
  .oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.string({ unit: 'grapheme-ascii', maxLength: 20 }))
  .map((value) => JSON.stringify(value));
const time = fc.oneof(
  {
    arbitrary: number(
      /^"(19[7-9]\d|20[0-2][0-5])-(0[1-9]|1[0-2])-([012]\d|3[01])[T ]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?Z?"$/,
    ),
    weight: 9,
  },
  {
    arbitrary: number(
      /^"(0\d|19|20|9\d)\d\d-[01]\d-[0-3]\d[T ][012]\d:[0-6]\d:[0-6]\d(\.\d{1,10})?(Z|[+-][01]\d:30)?"$/,
    ),
    weight: 1,
  },
);
/** Digits within the type's bounds, sometimes just beyond them or between two decimals. */
const digits = (sign: string, whole: number, fraction: number) => {
  const point = fraction === 0 ? '' : `(\\.\\d{1,${fraction}})?`;
  const within = number(new RegExp(`^${sign}(0|[1-9]\\d{0,${whole - 1}})${point}$`));
  const beyond = number(new RegExp(`^${sign}[1-9]\\d{${whole - 1},${whole + 2}}${point}$`));
  const between = number(new RegExp(`^${sign}(0|[1-9]\\d?)\\.\\d{${fraction}}5$`));
  return fc.oneof(
    { arbitrary: within, weight: 18 },
    { arbitrary: beyond, weight: 1 },
    { arbitrary: between, weight: 1 },
  );
};

/** JSON text of a value: usually one that the type allows, sometimes a hostile one. */
function tokenOf(field: Field, hostileWeight: number): fc.Arbitrary<string> {
  const usual = { arbitrary: usualToken(field.type, field, hostileWeight), weight: 100 };
  const nothing = { arbitrary: fc.constant('null'), weight: field.nullable ? 10 : 0 };
  return fc.oneof(usual, nothing, { arbitrary: fc.constantFrom(...HOSTILE), weight: hostileWeight });
}

function usualToken(type: FieldType, field: Field, hostileWeight: number): fc.Arbitrary<string> {
  const { rule, masked } = field;
  const maxLength = type.kind === 'string' ? type.maxLength : null;
  if (masked && maxLength !== null) return fc.constantFrom('"****1111"', '"****"', '""', '"*****1111"');
  if (masked) return fc.constantFrom('"************1111"', '"****"', '""', '"*12ab"');
  if (rule?.oneOf !== undefined) return fc.constantFrom(...rule.oneOf).map((value) => JSON.stringify(value));
  const least = rule === undefined ? '-?' : '';
  switch (type.kind) {
    case 'string':
      return maxLength === null
        ? text
        : fc.constantFrom('""', '"abcd"', '"äöüß"', '"😀😀😀😀"', '"abcde"', '"😀😀😀😀a"');
    case 'integer':
      return rule?.maximum === undefined ? orText(type, digits(least, 9, 0)) : fc.constantFrom('1', '2', '5');
    case 'bigint':
      return orText(type, digits(least, 15, 0), digits(least, 19, 0));
    case 'double':
      return orText(
        type,
        fc.oneof(
          digits(least, 9, 6),
          digits(least, 9, 20),
          fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
        ),
      );
    case 'decimal':
      return orText(type, digits(least, Math.min(type.precision, 15) - type.scale, type.scale));
    case 'boolean':
      return fc.constantFrom('true', 'false', ...(type.text ? ['"true"', '"false"'] : []));
    case 'timestamp':
      return type.wire === 'text' ? time : epochToken(type.wire);
    case 'date':
      return number(/^"(19|20)[0-9]{2}-(0[1-9]|1[0-2])-([012][0-9]|3[01])"$/);
    case 'uuid':
      return fc.uuid().chain((id) => fc.constantFrom(...Array<string>(9).fill(`"${id}"`), `"${id.toUpperCase()}"`));
    case 'json':
      return jsonTexts.filter((token) => token !== 'null');
    case 'list':
      return fc.array(tokenOf(type.of, hostileWeight), { maxLength: 3 }).map((items) => `[${items.join(',')}]`);
    case 'struct':
      return objectOf(Object.entries(type.fields), hostileWeight);
    case 'map':
      return fc
        .array(fc.tuple(fc.constantFrom('b', 'a', '10', '9', '__proto__', ''), tokenOf(type.of, hostileWeight)), {
          maxLength: 4,
        })
        .map((entries) => `{${entries.map(([key, value]) => `"${key}":${value}`).join(',')}}`);
    default:
      return type satisfies never;
  }
}

const epochToken = (wire: 'epochSeconds' | 'epochMillis' | 'epochMicros') => {
  const digitsOfNow = { epochSeconds: 9, epochMillis: 12, epochMicros: 15 }[wire];
  return number(new RegExp(`^[1-9]\\d{0,${digitsOfNow}}(\\.\\d{1,7})?$`));
};

/** The number and, if the type accepts text, strings of numbers too. */
function orText(
  { text: isTextToo }: { readonly text?: true },
  numbers: fc.Arbitrary<string>,
  texts = numbers,
): fc.Arbitrary<string> {
  return isTextToo === true
    ? fc.oneof(
        numbers,
        texts.map((token) => `"${token}"`),
      )
    : numbers;
}

function objectOf(fields: readonly (readonly [string, Field])[], hostileWeight: number): fc.Arbitrary<string> {
  const members = fields.map(([name, field]) =>
    tokenOf(field, hostileWeight).map((token) => `"${wireName(name, field)}":${token}`),
  );
  return fc.tuple(...members).map((texts) => `{${texts.join(',')}}`);
}

/** JSON texts of events: in the contract's key order or another, with or without spaces, rarely with wrong values. */
export function eventTexts(contract: Contract, hostileWeight: number): fc.Arbitrary<string> {
  const fields = [...wireFields(contract.fields)];
  const orders = [fields, fields.toReversed(), fields.filter(([, { nullable }]) => !nullable)];
  const tokens = fc.tuple(...fields.map(([name, field]) => fc.tuple(fc.constant(name), tokenOf(field, hostileWeight))));
  return fc
    .tuple(tokens, fc.constantFrom(...orders), fc.constantFrom([',', ':'], [', ', ': '], [',', ': ']))
    .map(([named, order, [comma, colon]]) => {
      const values = new Map(named);
      return `{${order.map(([name]) => `"${name}"${colon}${values.get(name)}`).join(comma)}}`;
    });
}

/** The bytes with a few of them changed, removed, duplicated or inserted. */
export function mutated(texts: fc.Arbitrary<string>): fc.Arbitrary<Uint8Array> {
  const change = fc.record({
    at: fc.nat({ max: 10_000 }),
    kind: fc.constantFrom('flip', 'remove', 'insert', 'swap'),
    byte: fc.oneof(fc.constantFrom(...Buffer.from('"\\{}[]:,0123456789-+.eEtfnu*TZ \n\0')), fc.nat({ max: 255 })),
  });
  return fc.tuple(texts, fc.oneof(fc.constant([]), fc.array(change, { maxLength: 3 }))).map(([text, changes]) => {
    let bytes = Array.from(Buffer.from(text));
    for (const { at, kind, byte } of changes) {
      const index = at % Math.max(1, bytes.length);
      const put = {
        flip: [byte],
        remove: [],
        insert: [byte, bytes[index] ?? 0],
        swap: [bytes[index + 1] ?? 0, bytes[index] ?? 0],
      };
      bytes = bytes.toSpliced(index, kind === 'swap' ? 2 : 1, ...put[kind]);
    }
    return Uint8Array.from(bytes);
  });
}
