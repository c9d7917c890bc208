import { describe, expect, it } from 'vitest';
import { modelFiles } from '../../lib/adapters/model-files.ts';
import { dialects } from '../../lib/pipeline/transform/dialect.ts';
import { schemaStatements } from '../../lib/pipeline/transform/schema-plan.ts';
import { parametersOf } from '../../lib/pipeline/transform/sql-text.ts';
import { fixture } from '../support/fixture-project.ts';
import { brokenRules, redshiftRules } from '../support/redshift-rules.ts';
import { otherStatements, statementsOf } from '../support/redshift-statements.ts';

const models = await modelFiles(fixture.modelsDir, fixture.contracts);
const NONE = { tables: new Map(), viewDefinitions: new Map() };

describe('on Redshift', () => {
  it.each(redshiftRules)('the rule "$name" catches its planted violation', ({ name, planted }) => {
    expect(brokenRules(planted)).toContain(name);
  });

  it('each rule says on which page of AWS’s documentation it stands, and no harmless statement breaks one', () => {
    for (const { source } of redshiftRules) expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/redshift/);
    expect(brokenRules('select a, count(*) as n from s.t where b is not null group by a')).toEqual([]);
  });

  it.each(models.map((model) => [model.name, model] as const))('%s submits nothing that it lacks', (_, model) => {
    for (const { name, sql } of statementsOf(model)) expect(brokenRules(sql), `${name}\n${sql}`).toEqual([]);
  });

  it.each(models.map((model) => [model.name, model] as const))('%s gives each parameter, and no other', (_, model) => {
    for (const { sql, parameters } of statementsOf(model)) {
      expect(Object.keys(parameters).sort()).toEqual([...parametersOf(sql)].sort());
    }
  });

  it('nothing else that is submitted breaks them', async () => {
    for (const { name, sql } of await otherStatements(fixture)) expect(brokenRules(sql), name).toEqual([]);
  });

  it('a table says where its rows go, and a view may be made before its tables', () => {
    const made = models.flatMap((model) => schemaStatements(model, NONE, dialects.redshift, 0)).map(({ sql }) => sql);
    const tables = made.filter((sql) => sql.startsWith('create table'));
    expect(tables.length).toBeGreaterThan(10);
    for (const sql of tables)
      expect(sql).toMatch(/ diststyle (even|all|key distkey \("\w+"\))( sortkey \([\w", ]+\))?$/);
    const views = made.filter((sql) => sql.startsWith('create view'));
    expect(views.length).toBe(1);
    for (const sql of views) expect(sql).toMatch(/ with no schema binding$/);
  });
});
