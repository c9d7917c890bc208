import { describe, expect, it } from 'vitest';
import { ModelError } from '../../../lib/pipeline/transform/model.ts';
import { modelOf } from '../../support/read-model.ts';

const HEADER = {
  description: '-- One row for each room.',
  grain: '-- grain: room_id',
  kept: '-- kept: merge',
  key: '-- key: room_id',
  columns: '-- columns:\n--   room_id string\n--   price decimal(12,2)?',
  tests: '-- tests:\n--   expression: price > 0',
};
const SELECT = 'select room_id, price from lake.rooms where dt = :dt and hour = cast(:hour as integer)';

function model(changes: Partial<Record<keyof typeof HEADER | 'more', string>> = {}, select = SELECT) {
  const sql = [...Object.values({ ...HEADER, ...changes }).filter((line) => line !== ''), select].join('\n');
  return modelOf('analytics.rooms', sql);
}

describe('a model’s file', () => {
  it('says what a row is, how the table is kept, and what is tested', async () => {
    expect(await model()).toMatchObject({
      name: 'analytics.rooms',
      description: 'One row for each room.',
      grain: ['room_id'],
      kept: 'merge',
      reads: ['lake.rooms'],
      parameters: ['dt', 'hour'],
      select: SELECT,
    });
    expect((await model()).columns[1]).toEqual({
      name: 'price',
      type: { kind: 'decimal', precision: 12, scale: 2 },
      nullable: true,
      json: false,
    });
  });

  it('has a test of its grain and of its required columns without being asked', async () => {
    expect((await model()).tests.map(({ text }) => text)).toEqual([
      'unique: room_id',
      'not null: room_id',
      'expression: price > 0',
    ]);
  });

  it.each(['prod.order', 'user.rooms', 'prod.raw', 'prod.qualify'])(
    'is not called like a word that SQL keeps for itself: %s',
    async (name) => {
      const sql = [...Object.values(HEADER), SELECT].join('\n');
      await expect(modelOf(name, sql)).rejects.toThrow(
        /found "(order|user|raw|qualify)"; rename the file or its folder/,
      );
      await expect(modelOf('raw.rooms', sql)).resolves.toMatchObject({ schema: 'raw' });
    },
  );

  it('says which rows of a view the tests of an hour look at', async () => {
    const view = { kept: '-- kept: view', key: '-- within: dt = :dt', tests: '' };
    expect(await model(view, 'select room_id, price from lake.rooms')).toMatchObject({ within: 'dt = :dt' });
  });

  it('has a name that every warehouse has room for', async () => {
    const sql = [...Object.values(HEADER), SELECT].join('\n');
    await expect(modelOf(`prod.${'x'.repeat(128)}`, sql)).rejects.toThrow('each of at most 127 characters');
  });

  it('reads what its relationships name', async () => {
    const tests = '-- tests:\n--   relationship: room_id in prod.dim.id';
    expect((await model({ tests })).reads).toEqual(['lake.rooms', 'prod.dim']);
  });

  it('may give reasons for its sort key and distribution', async () => {
    const more = '-- sort: room_id (found by it)\n-- distribution: room_id (joined by it)';
    expect(await model({ more })).toMatchObject({ sort: ['room_id'], distribution: 'room_id' });
  });

  it.each<[string, Parameters<typeof model>, RegExp]>([
    ['no description', [{ description: '' }], /a first line that says what one row is, found none/],
    ['no grain', [{ grain: '' }], /a grain in the header, found none/],
    ['no columns', [{ columns: '' }], /columns in the header, found none/],
    ['another kind', [{ kept: '-- kept: append' }], /kept: view \| replace_hour \| merge \| rebuild, found append/],
    ['a merge without key', [{ key: '' }], /a key for "kept: merge", found none/],
    ['a table with within', [{ more: '-- within: dt = :dt' }], /"within" with "kept: view" only/],
    ['a key that is not merged', [{ kept: '-- kept: replace_hour' }], /"key" with "kept: merge" only/],
    ['an unknown entry', [{ more: '-- owner: me' }], /one of grain, .* in the header, found "owner"/],
    ['an entry twice', [{ more: '-- grain: price' }], /grain once in the header/],
    ['a type that is none', [{ columns: '-- columns:\n--   room_id text' }], /a column as "name type"/],
    ['columns of a table that the lake has not', [{ columns: '-- columns: of lake.none' }], /columns of a lake table/],
    ['columns without "of"', [{ columns: '-- columns: lake.chat_rooms' }], /as in "columns: of lake.chat_rooms"/],
    ['a grain that is no column', [{ grain: '-- grain: room' }], /a column of room_id, price, found "room"/],
    ['a test that is none', [{ tests: '-- tests:\n--   positive: price' }], /a test: unique, not null/],
    ['sums and versions', [{ more: '-- sum: price\n-- newest: room_id' }], /"sum" by itself/],
    ['no select', [{}, 'delete from lake.rooms'], /one select after the header, found "delete from/],
    ['two statements', [{}, `${SELECT}; drop table lake.rooms`], /one select without ";"/],
    ['an unknown parameter', [{}, `${SELECT} and x = :limit`], /expected one of :hour_start, .*, found :limit/],
    ['a parameter that is never used', [{}, 'select room_id, price from lake.rooms where dt = :dt'], /found only :dt/],
    ['no hour', [{}, 'select room_id, price from lake.rooms'], /found none: it would read all of history/],
  ])('that has %s is refused, by name', async (_, [changes, select], expected) => {
    const refused = model(changes, select);
    await expect(refused).rejects.toThrow(ModelError);
    await expect(refused).rejects.toThrow(/^sql\/analytics\/rooms\.sql: /);
    await expect(refused).rejects.toThrow(expected);
  });

  it('that is a view has no parameters', async () => {
    const view = { kept: '-- kept: view', key: '' };
    await expect(model(view)).rejects.toThrow(/no parameters in a view, found :dt/);
    expect((await model(view, 'select room_id, price from lake.rooms')).kept).toBe('view');
  });
});
