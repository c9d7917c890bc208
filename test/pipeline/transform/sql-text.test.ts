import { describe, expect, it } from 'vitest';
import { parametersOf, quoteWords, replaceParameters, tablesRead } from '../../../lib/pipeline/transform/sql-text.ts';

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

describe('the tables that a select reads', () => {
  it('are named after from and join; common table expressions are none', () => {
    const sql = `
      with first as (select id from raw.a), second as (select id from first inner join staging.b on true)
      select second.id from second left join prod.c on true -- from ops.d
      where exists (select 1 from RAW.A) and 'from ops.e' <> ''`;
    expect([...tablesRead(sql)].sort()).toEqual(['prod.c', 'raw.a', 'staging.b']);
  });

  it('do not come from inside extract', () => {
    expect(tablesRead('select extract(epoch from created_at) from lake.t')).toEqual(['lake.t']);
  });

  it('may lack their schema: that is for the caller to refuse', () => {
    expect(tablesRead('select 1 from nowhere')).toEqual(['nowhere']);
  });
});
