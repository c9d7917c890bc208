import { describe, expect, it } from 'vitest';
import { parametersOf, quoteWords, replaceParameters } from '../../../lib/pipeline/transform/sql-text.ts';

describe('the parameters of a statement', () => {
  it('are names after a colon, but not in strings, comments or quoted names', () => {
    const sql = `select ':a', ":b", cast(:c as integer) -- :d\n, '10:00:00' /* :e\n:f */ from t where x = :g and y = :c`;
    expect(parametersOf(sql)).toEqual(['c', 'g']);
    expect(replaceParameters(sql, (name) => `$${name}`)).toBe(sql.replaceAll(':c', '$c').replaceAll(':g', '$g'));
  });

  it('are not casts or array bounds', () => {
    expect(parametersOf('select a::integer, b[1:2]')).toEqual([]);
  });
});

it('words are quoted where they stand bare', () => {
  const sql = `select draw, raw.a, 'raw' from raw.t, "raw".u -- raw`;
  expect(quoteWords(sql, ['raw'])).toBe(`select draw, "raw".a, 'raw' from "raw".t, "raw".u -- raw`);
});
