import { expect, it } from 'vitest';
import { expectGolden } from './golden.ts';

it.skipIf(process.env.UPDATE_GOLDEN === '1')('a golden that is missing, or differs in one byte, fails', () => {
  expect(() => expectGolden('no-such-file.txt', '')).toThrow('UPDATE_GOLDEN=1');
  expect(() => expectGolden('shop.purchases/duckdb.sql', '')).toThrow('test/golden/shop.purchases/duckdb.sql');
});
