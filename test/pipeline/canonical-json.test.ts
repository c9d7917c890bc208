import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, parseJson } from '../../lib/pipeline/canonical-json.ts';

function canonical(text: string): string {
  const { ordered, keyPrefix } = parseJson(text);
  return canonicalJson(ordered, keyPrefix);
}

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
    ['writes −0 as 0', '[-0,-0.0,0]', '[0,0,0]'],
    ['writes numbers in their shortest text', '[1.0,1e3,1.50,1E-7,100e-2]', '[1,1000,1.5,1e-7,1]'],
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
    const key = fc.oneof(fc.nat({ max: 20 }).map(String), fc.string({ maxLength: 3 }), fc.constant('__proto__'));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        fc.constant(null),
        tie('list'),
        tie('object'),
      ),
      list: fc.array(tie('value'), { maxLength: 3 }),
      object: fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }).map((entries) => new Map(entries)),
    }));
    const property = fc.property(value, (json) => {
      const text = textOf(json);
      const once = canonical(text);
      expect(once).toBe(text);
      expect(JSON.stringify(JSON.parse(once))).toBe(JSON.stringify(JSON.parse(text)));
    });
    fc.assert(property, { numRuns: 300 });
  });
});

/** JSON of a value whose objects are maps, by another way than the one under test. */
function textOf(json: unknown): string {
  if (json instanceof Map)
    return `{${[...json].map(([key, value]) => `${JSON.stringify(key)}:${textOf(value)}`).join(',')}}`;
  return Array.isArray(json) ? `[${json.map(textOf).join(',')}]` : JSON.stringify(json);
}
