import { expect, it } from 'vitest';
import { modelFiles } from '../../../lib/adapters/model-files.ts';
import { otherStatements, statementsOf } from '../../support/redshift-statements.ts';
import { describeWithServer } from '../../support/servers/requirement.ts';
import { notRedshift, sqlfluff } from '../../support/servers/sqlfluff.ts';
import { shipped } from '../../support/shipped.ts';

const models = await modelFiles(shipped.modelsDir, shipped.contracts);
const TIMEOUT_MS = 300_000;

await describeWithServer(sqlfluff, () => {
  it('reads every model’s select, and every statement that is planned for Redshift', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const planned = [...(await otherStatements(shipped)), ...models.flatMap(statementsOf)].map(({ sql }) => sql);
    const statements = [...new Set([...models.map(({ select }) => select), ...planned])];
    expect(statements.length).toBeGreaterThan(10 * models.length);
    const found = await notRedshift(statements);
    expect(found.map((line) => `${line}\n${statements[Number.parseInt(line, 10)]}`)).toEqual([]);
  });

  it.each([
    ['a misspelt word', 'select a frum s.t wher b'],
    ['a reserved word as a name', 'create schema raw'],
    ['a distribution that is none', 'create table s.t (a integer) diststyle sideways'],
    ['a select of DuckDB’s', 'from s.t select a'],
  ])('does not read %s', async (_, sql) => {
    expect(await notRedshift(['select 1 as one', sql])).toEqual([expect.stringMatching(/^1: PRS /)]);
  });
});
