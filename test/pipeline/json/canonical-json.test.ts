import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical } from '../../support/canonical.ts';
import { fuzzRuns, jsonTexts } from '../../support/json-events.ts';

describe('canonical JSON', () => {
  it.each([
    ['has no white space', ' { "a" : [ 1 , 2 ] }\n', '{"a":[1,2]}'],
    ['keeps the document’s order', '{"b":1,"a":2}', '{"b":1,"a":2}'],
    [
      'keeps the order of names that look like integers',
      '{"b":{"10":1,"9":2,"a":3,"0":4}}',
      '{"b":{"10":1,"9":2,"a":3,"0":4}}',
    ],
    ['and of those that are written with escapes', '{"b":1,"\\u0031\\u0030":2,"\\u0039":3}', '{"b":1,"10":2,"9":3}'],
    ['takes the last of a repeated name', '{"a":1,"b":2,"a":3}', '{"a":3,"b":2}'],
    ['also among integers', '{"2":1,"1":2,"2":3}', '{"2":3,"1":2}'],
    [
      'keeps each number as it was written',
      '[ 1.0, 1e3, 1.50, 1E-7, 100e-2, -0, 9007199254740993, 1e400, 0.1234567890123456789]',
      '[1.0,1e3,1.50,1E-7,100e-2,-0,9007199254740993,1e400,0.1234567890123456789]',
    ],
    ['takes the last of a name repeated inside others', '{"a":[{"b":1,"b":2}]}', '{"a":[{"b":2}]}'],
    ['removes white space at any depth', '{"a":[{"b": 1}],"c":[1]}', '{"a":[{"b":1}],"c":[1]}'],
    ['escapes what it must and nothing else', '["\\u00e4\\/\\u0007\\"\\\\\\n"]', '["ä/\\u0007\\"\\\\\\n"]'],
    [
      'knows no special names',
      '{"__proto__":{"1":1},"constructor":2,"":3}',
      '{"__proto__":{"1":1},"constructor":2,"":3}',
    ],
    [
      'keeps quotes and colons in strings apart from keys',
      '{"2":"\\"1\\":{","1":"a\\\\"}',
      '{"2":"\\"1\\":{","1":"a\\\\"}',
    ],
    ['writes scalars', '"a"', '"a"'],
  ])('%s', (_, text, expected) => {
    expect(canonical(text)).toBe(expected);
  });

  it('is its own canonical form, and means the same', () => {
    const property = fc.property(jsonTexts, (text) => {
      const once = canonical(text);
      expect(canonical(once)).toBe(once);
      expect(JSON.stringify(JSON.parse(once))).toBe(JSON.stringify(JSON.parse(text)));
      expect(numbersIn(text)).toEqual(expect.arrayContaining(numbersIn(once)));
    });
    fc.assert(property, { numRuns: fuzzRuns(500) });
  });
});

/** The numbers of a JSON text as they are written; its strings hold none. */
const numbersIn = (text: string) => text.match(/-?\d[\d.eE+-]*/g) ?? [];
