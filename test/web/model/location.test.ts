import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hashOf, linkTo, pageAt, placeOf } from '../../../web/model/location.ts';

const text = fc.string({ minLength: 1, unit: 'grapheme' }).filter((one) => one.isWellFormed());

it('an address and what it says are the same, there and back, whatever names it has', () => {
  const places = fc.record({
    page: text,
    path: fc.array(text, { maxLength: 3 }),
    query: fc.dictionary(
      text.filter((name) => !['theme', 'time', '__proto__'].includes(name)),
      text,
      { maxKeys: 3, noNullPrototype: true },
    ),
    theme: fc.constantFrom(null, 'light' as const, 'dark' as const),
    isUtc: fc.boolean(),
  });
  fc.assert(fc.property(places, (place) => void expect(placeOf(hashOf(place))).toEqual(place)));
});

it('an address without a page is that of the first', () => {
  for (const hash of ['', '#', '#/', '#/now', '#/now/', '#/?theme=blue']) {
    expect(placeOf(hash)).toEqual({ page: 'now', path: [], query: {}, theme: null, isUtc: false });
  }
});

it('an address that was cut off in the middle of a character is read as it stands', () => {
  expect(placeOf('#/streams/a%2')).toMatchObject({ page: 'streams', path: ['a%2'] });
});

it('a link keeps how the page is shown, and leaves out what is not asked for', () => {
  const place = placeOf('#/now?theme=dark&time=utc');
  expect(linkTo(place, ['streams', 'a/b'], { rows: '5', at: '', from: undefined })).toBe(
    '#/streams/a%2Fb?rows=5&time=utc&theme=dark',
  );
});

it('a page that does not exist, and more of an address than a page has, is none', () => {
  const pages = [
    { name: 'now', maxDepth: 0 },
    { name: 'streams', maxDepth: 1 },
  ];
  const found = (hash: string) => pageAt(pages, placeOf(hash))?.name;
  expect(['', '#/streams', '#/streams/orders'].map(found)).toEqual(['now', 'streams', 'streams']);
  expect(['#/nothing', '#/now/then', '#/streams/a/b', '#/__proto__'].map(found)).toEqual(Array(4).fill(undefined));
});
