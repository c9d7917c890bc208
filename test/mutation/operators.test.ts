import { describe, expect, it } from 'vitest';
import { applied, mutantsOf } from './mutants.ts';

const FILE = 'lib/example.ts';
const mutated = (source: string, operator: string) =>
  mutantsOf(FILE, source)
    .filter((mutant) => mutant.operator === operator)
    .map((mutant) => applied(mutant, source));

describe('a mutant of', () => {
  it.each([
    ['comparison', 'f(a < b);', ['f((a <= b));', 'f((a >= b));']],
    ['comparison', 'f(a === b);', ['f((a !== b));']],
    ['arithmetic', 'f(a + b * c);', ['f((a - b * c));', 'f(a + (b / c));']],
    ['logic', 'f(a && b);', ['f((a || b));']],
    ['logic', 'f(a ?? b ?? c);', ['f(((a ?? b) && (c)));', 'f(((a) && (b)) ?? c);']],
    ['condition', 'if (a) b();', ['if (true) b();', 'if (false) b();']],
    ['condition', 'while (a) b();', ['while (false) b();']],
    ['condition', 'f(a > 1 || b);', ['f(true || b);', 'f(false || b);']],
    ['negation', 'f(!a, -1);', ['f((a), -1);', 'f(!a, (1));']],
    ['assignment', 'a += 1;', ['(a -= 1);']],
    ['step', 'a++;', ['a--;']],
    ['block', 'function f() { a(); }', ['function f() {}']],
    ['case', "switch (a) { case 'x': b(); c(); }", ["switch (a) { case 'x': ; }"]],
    ['return', 'function f() { a(); return b; }', ['function f() { a(); return; }']],
    ['return', 'function f() { a(); return undefined; }', []],
    ['arrow', 'const f = () => a;', ['const f = () => undefined;']],
    ['statement', 'await a(); throw b;', ['; throw b;', 'await a(); ;']],
    ['string', "f('a' + `b` + c, '');", ["f('', '');"]],
    ['number', 'f(1, 60_000);', ['f(2, 60_000);', 'f(1, 600000);']],
    ['boolean', 'f(true);', ['f(false);']],
    ['pattern', 'f(/^a$/u);', ['f(/a$/u);', 'f(/^a/u);']],
    [
      'optional',
      'f(a?.b, a?.[0], a?.());',
      ['f(a.b, a?.[0], a?.());', 'f(a?.b, a[0], a?.());', 'f(a?.b, a?.[0], a());'],
    ],
    [
      'method',
      'f(a.some(b), a.slice(1), Math.min(a, b));',
      [
        'f(a.every(b), a.slice(1), Math.min(a, b));',
        'f(a.some(b), a, Math.min(a, b));',
        'f(a.some(b), a.slice(1), Math.max(a, b));',
      ],
    ],
    ['array', 'f([a], []);', ['f([], []);']],
    ['object', 'f({ a }, {});', ['f(({}), {});']],
  ])('%s: %s', (operator, source, expected) => {
    expect(mutated(source, operator)).toEqual(expected);
  });
});

describe('no mutant is', () => {
  it.each([
    ['in a type', "type A = 'a' | 1; let a: 'b'; a = b<'c'>(d as 'e');"],
    ['in an import', "import { a } from 'b'; export * from 'c';"],
    ['the name of a member', 'a = b.some;'],
    ['where the compiler has shown that nothing gets', 'switch (a) { default: a satisfies never; }'],
  ])('%s', (_, source) => {
    expect(mutantsOf(FILE, source).map(({ original }) => original)).toEqual([]);
  });
});

describe('the id of a mutant', () => {
  it('is its own, and stays when the line moves', () => {
    const source = 'a = b(1, 1);\na = b(1, 1);\n';
    const ids = mutantsOf(FILE, source).map(({ id }) => id);
    expect(new Set(ids).size).toBe(4);
    expect(mutantsOf(FILE, `// More.\n\n${source}`).map(({ id }) => id)).toEqual(ids);
  });
});
