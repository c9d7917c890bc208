import { describe, expect, it } from 'vitest';
import { equivalentOf, outdated } from './equivalent.ts';
import { mutantsOf } from './mutants.ts';
import { readOptions } from './options.ts';
import { planMutant } from './plan.ts';
import type { Result } from './results.ts';
import { sampled } from './sample.ts';
import { report, score } from './score-report.ts';

const mutants = ['lib/a.ts', 'lib/b.ts'].flatMap((file) => mutantsOf(file, 'f(1, 2, 3);\nf(4, 5, 6);\n'));
const [first, second] = mutants;
if (first === undefined || second === undefined) throw new Error('expected mutants');

describe('a sample', () => {
  it('is the same for the same seed, another for another, and no larger than asked for', () => {
    const ids = (seed: string) => sampled(mutants, { sample: 4, seed, files: [] }).map(({ id }) => id);
    expect(ids('1')).toHaveLength(4);
    expect(ids('1')).toEqual(ids('1'));
    expect(ids('1')).not.toEqual(ids('2'));
  });

  it('is taken from the files that are named', () => {
    const found = sampled(mutants, { sample: 9, seed: '1', files: ['lib/b'] });
    expect(new Set(found.map(({ file }) => file))).toEqual(new Set(['lib/b.ts']));
  });
});

describe('the tests of a mutant', () => {
  const tests = [
    { id: 'slow', file: '/test/slow.test.ts', ms: 9_000 },
    { id: 'own', file: '/test/a.test.ts', ms: 5_000 },
    { id: 'quick', file: '/test/quick.test.ts', ms: 10 },
    { id: 'quick too', file: '/test/quick.test.ts', ms: 10 },
  ];

  it('begin with those of its file, then come the quickest', () => {
    const { chosen } = planMutant('lib/a.ts', tests, 60_000);
    expect(chosen.map(({ ids }) => ids)).toEqual([['own'], ['quick', 'quick too'], ['slow']]);
  });

  it('are the quickest of a file where all of them would take too long, and never none', () => {
    const chosen = (budgetMs: number) => planMutant('lib/a.ts', tests, budgetMs).chosen.map(({ ids }) => ids);
    expect(chosen(8_000)).toEqual([['own'], ['quick', 'quick too']]);
    expect(chosen(7_015)).toEqual([['own'], ['quick']]);
    expect(chosen(1)).toEqual([['own']]);
  });
});

describe('a mutant that is set aside', () => {
  const { file, operator, before, original, text } = first;
  const aside = { file, operator, before, original, text, reason: 'why' };

  it('is known by its line, wherever that is, and no other is', () => {
    const [moved, other] = mutantsOf('lib/a.ts', '\n\nf(1, 2, 3);\n');
    expect(moved && equivalentOf(moved, [aside])).toBe(aside);
    expect(other && equivalentOf(other, [aside])).toBeUndefined();
  });

  it('is reported when its line is no more', () => {
    expect(outdated([aside], mutants)).toEqual([]);
    expect(outdated([aside], mutantsOf('lib/a.ts', 'g(1);'))).toEqual([aside]);
  });
});

describe('the score', () => {
  const results: readonly Result[] = [
    { mutant: first, status: 'killed', tree: '' },
    { mutant: first, status: 'timeout', tree: '' },
    { mutant: second, status: 'survived', tree: '' },
    { mutant: second, status: 'unreached', tree: '' },
    { mutant: second, status: 'equivalent', tree: '' },
  ];

  it('is the share that the tests miss; what no test reaches counts, what is equivalent does not', () => {
    expect(score(results)).toBe(0.5);
    expect(score([])).toBeNull();
  });

  it('comes with a line for each that is open', () => {
    expect(report(results)).toEqual(
      expect.arrayContaining(['survived lib/a.ts:1 number: 1 → 2', 'unreached lib/a.ts:1 number: 1 → 2']),
    );
  });
});

describe('the options', () => {
  it.each([[['--sample', '0']], [['--sample', 'x']], [['--jobs', '1.5']], [['--minutes=-1']], [['--budget', '']]])(
    '%j are refused',
    (args) => {
      expect(readOptions(args)).toBeUndefined();
    },
  );

  it('try all mutants unless they say otherwise', () => {
    expect(readOptions(['--files', 'lib/a,lib/b'])).toMatchObject({ sample: Infinity, files: ['lib/a', 'lib/b'] });
  });
});
