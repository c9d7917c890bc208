import { expect, it } from 'vitest';
import { hashOf, placeOf } from '../../../web/model/location.ts';

it('an address and what it says are the same, there and back', () => {
  for (const theme of [null, 'light', 'dark'] as const) {
    for (const isUtc of [true, false]) {
      const place = { page: 'now', theme, isUtc } as const;
      expect(placeOf(hashOf(place))).toEqual(place);
    }
  }
});

it('an address without a page is that of the first', () => {
  for (const hash of ['', '#', '#/', '#/now', '#/?theme=blue']) {
    expect(placeOf(hash)).toEqual({ page: 'now', theme: null, isUtc: false });
  }
});

it('a page that does not exist is none', () => {
  for (const hash of ['#/nothing', '#/now/then', '#/__proto__']) expect(placeOf(hash)).toBeUndefined();
});
