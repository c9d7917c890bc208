import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_JSON_LEVELS, parseJson } from '../../../lib/pipeline/json/parse-json.ts';
import { jsonValue } from '../../support/canonical.ts';
import { fuzzRuns, jsonTexts, mutated } from '../../support/json-events.ts';
import { plain } from '../../support/plain-json.ts';

const isJson = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('parsing JSON', () => {
  it('takes exactly what JSON.parse takes', () => {
    const texts = fc.oneof(
      jsonTexts,
      mutated(jsonTexts).map((bytes) => Buffer.from(bytes).toString('utf8')),
      fc.string(),
    );
    const property = fc.property(texts, (text) => {
      expect(parseJson(text) === 'not_json').toBe(!isJson(text));
    });
    fc.assert(property, { numRuns: fuzzRuns(3000) });
  });

  it.each([
    ...[
      '',
      ' ',
      '{',
      '[',
      '"',
      '"\\',
      '"\\"',
      '-',
      '01',
      '1.',
      '.5',
      '+1',
      '1e',
      'tru',
      'nullx',
      '{}{}',
      '[1,]',
      '{"a":1,}',
    ],
    ...[
      '{a:1}',
      '{"a"}',
      '{"a":}',
      '{"a" 1}',
      "['a']",
      '"\t"',
      '"\u0000"',
      '\ufeff{}',
      '\u00a0{}',
      '[,]',
      '{,}',
      'NaN',
      ']',
    ],
  ])('refuses %j', (text) => {
    expect(parseJson(text)).toBe('not_json');
    expect(isJson(text)).toBe(false);
  });

  it('gives what JSON.parse gives', () => {
    const property = fc.property(jsonTexts, (text) => {
      expect(plain(jsonValue(text))).toEqual(JSON.parse(text));
    });
    fc.assert(property, { numRuns: fuzzRuns(500) });
  });

  it('says where each member’s own text is', () => {
    const text = ' { "a" : [ 1 ] , "b":"\\u00e4","a":1.0 } ';
    const document = parseJson(text);
    const members = typeof document === 'string' ? [] : (document.members ?? []);
    expect(members.map(({ name, start, end }) => [name, text.slice(start, end)])).toEqual([
      ['a', '[ 1 ]'],
      ['b', '"\\u00e4"'],
      ['a', '1.0'],
    ]);
  });

  it('stops at a hundred levels, and knows JSON of more from what is none', () => {
    const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    expect(parseJson(nested(MAX_JSON_LEVELS))).toHaveProperty('kind', 'an array');
    expect(parseJson(nested(MAX_JSON_LEVELS + 1))).toBe('too_deep');
    expect(parseJson(nested(200_000))).toBe('too_deep');
    expect(parseJson('['.repeat(200_000))).toBe('not_json');
  });
});
