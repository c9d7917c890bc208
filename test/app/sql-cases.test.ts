import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectFindings } from '../../lib/app/project-findings.ts';
import { openSqlCases, type SqlCases } from '../../lib/app/sql-cases.ts';
import { fixture } from '../support/fixture-project.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MODEL = 'analytics.purchase_partials';
const purchase = { dt: '2026-01-31', hour: 10, country: 'Italy', currency: 'EUR', amount: 7 };
const given = { 'lake.shop_purchases': [{ ...purchase, created_at: '2026-01-31 10:45:05' }] };
const sound = {
  hour: '2026-01-31T10',
  given,
  expect: [{ country: 'Italy', amount: 7, purchases: '1', window_start: '2026-01-31 10:45:00' }],
};

describe('the SQL cases of a project', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let open: SqlCases;

  /** By the name of its file; each is one of the model above, unless another is named. */
  const written: Readonly<Record<string, unknown>> = {
    'its-rows-are-compared': sound,
    'another-value': { ...sound, expect: [{ ...sound.expect[0], amount: 8 }] },
    'a-row-too-many': { ...sound, expect: [] },
    'a-column-that-is-none': { ...sound, expect: [{ total: 7 }] },
    'a-null-that-is-none': { ...sound, expect: [{ country: null }] },
    'a-table-that-is-none': { ...sound, given: { 'lake.sales': [] } },
    'a-given-column-that-is-none': { ...sound, given: { 'lake.shop_purchases': [{ price: 7 }] } },
    'a-value-that-does-not-fit': { ...sound, given: { 'lake.shop_purchases': [{ ...purchase, amount: 'much' }] } },
    'no-hour': { ...sound, hour: 'yesterday' },
    'an-hour-that-is-no-text': { ...sound, hour: 10 },
    'no-rows': { hour: sound.hour, given: { 'lake.shop_purchases': 7 }, expect: [] },
    'no-expectation': { hour: sound.hour, given },
    'a-misspelt-key': { ...sound, expected: [] },
    'a-list': [],
  };

  beforeAll(async () => {
    folder = await temporaryFolder();
    const modelsDir = join(folder.path, 'sql');
    cpSync(fixture.modelsDir, modelsDir, { recursive: true });
    const put = (path: string, text: string) => {
      mkdirSync(dirname(join(modelsDir, 'cases', path)), { recursive: true });
      writeFileSync(join(modelsDir, 'cases', path), text);
    };
    for (const [name, value] of Object.entries(written)) put(`${MODEL}/${name}.json`, JSON.stringify(value));
    put(`${MODEL}/no-json.json`, '{"hour"');
    put('analytics.nothing/of-no-model.json', JSON.stringify(sound));
    open = await openSqlCases({ ...fixture, dir: folder.path, modelsDir });
  });
  afterAll(async () => {
    await open.close();
    await folder.remove();
  });

  const foundOf = (claim: string) => {
    const found = open.cases.find((one) => one.claim === claim);
    if (found === undefined) throw new Error(`${claim}: expected a case, found none`);
    return open.run(found);
  };

  it('are the files below the folder of the models, each named as what it claims', () => {
    expect(open.cases).toContainEqual({
      model: 'analytics.purchase_summary',
      file: 'sql/cases/analytics.purchase_summary/an-hour-replaces-its-own-part.json',
      claim: 'an hour replaces its own part',
    });
    expect(open.cases.length).toBe(Object.keys(written).length + 3);
  });

  it.each(['its rows are compared', 'an hour replaces its own part'])(
    'that hold have no finding: %s',
    async (claim) => {
      expect(await foundOf(claim)).toBeUndefined();
    },
  );

  it.each<[string, RegExp]>([
    ['another value', /after the first run: row 1, amount: expected 8, found "7"$/],
    ['a row too many', /after the first run: expected 0 rows, found 1: \[\{"country":"Italy",/],
    ['a column that is none', /row 1, total: expected 7, found no such column$/],
    ['a null that is none', /row 1, country: expected null, found "Italy"$/],
    ['a table that is none', /given: expected tables of the lake or of a model that is no view, found lake\.sales$/],
    ['a given column that is none', /given, lake\.shop_purchases: expected its columns, which are .*; found price$/],
    ['a value that does not fit', /Conversion Error: .*'much'/],
    ['no hour', /expected an hour in UTC such as 2026-01-31T13, found "yesterday"/],
    ['an hour that is no text', /hour: expected an hour in UTC such as "2026-01-31T13", found 10$/],
    ['no rows', /given: expected an object of tables, each a list of rows of plain values$/],
    ['no expectation', /expect: expected a list of rows of plain values$/],
    ['a misspelt key', /expected hour, given and expect, found expected; remove it$/],
    ['a list', /expected an object with hour, given and expect$/],
    ['no json', /expected JSON, found /],
    ['of no model', /expected a folder with the name of a model, found analytics\.nothing; the models are /],
  ])('that do not have a finding in one line that names the file: %s', async (claim, expected) => {
    const found = await foundOf(claim);
    expect(found).toMatch(/^sql\/cases\/[\w./-]+\.json: [^\n]+$/);
    expect(found).toMatch(expected);
  });

  it('are among what a project’s own test finds', async () => {
    expect(await projectFindings(fixture.dir)).toEqual([]);
  });
});
