import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modelFiles } from '../../lib/adapters/model-files.ts';
import { dialects } from '../../lib/pipeline/transform/dialect.ts';
import { planFailure, planModel } from '../../lib/pipeline/transform/plan-model.ts';
import { ledgerStatements, schemaStatements } from '../../lib/pipeline/transform/schema-plan.ts';
import { parametersOf } from '../../lib/pipeline/transform/sql-text.ts';
import { brokenRules, redshiftRules } from '../support/redshift-rules.ts';

const models = await modelFiles(join(import.meta.dirname, '../../sql'));
const NONE = { tables: new Map(), viewDefinitions: new Map() };
const run = { hour: { dt: '2026-01-31', hour: 10 }, version: 'v', loadedAtMs: 0, windowSeconds: 60 };

/** Everything that a run on Redshift may submit for the model. */
const statementsOf = (model: (typeof models)[number]) => [
  ...schemaStatements(model, NONE, dialects.redshift, 0),
  ...planModel({ ...run, model }, dialects.redshift).transaction.statements,
  ...planFailure({ ...run, model }, dialects.redshift, { error: 'e', broken: true }).statements,
];

describe('on Redshift', () => {
  it.each(redshiftRules)('the rule "$name" catches what it is for', ({ name, planted }) => {
    expect(brokenRules(planted)).toContain(name);
  });

  it.each(models.map((model) => [model.name, model] as const))('%s submits nothing that it lacks', (_, model) => {
    for (const { name, sql } of statementsOf(model)) expect(brokenRules(sql), `${name}\n${sql}`).toEqual([]);
  });

  it.each(models.map((model) => [model.name, model] as const))('%s gives each parameter, and no other', (_, model) => {
    for (const { sql, parameters } of statementsOf(model)) {
      expect(Object.keys(parameters).sort()).toEqual([...parametersOf(sql)].sort());
    }
  });

  it('the ledger’s tables are plain, and a table says where its rows go', () => {
    for (const { sql } of ledgerStatements(new Map())) expect(brokenRules(sql)).toEqual([]);
    const made = models.flatMap((model) => schemaStatements(model, NONE, dialects.redshift, 0)).map(({ sql }) => sql);
    const tables = made.filter((sql) => sql.startsWith('create table'));
    expect(tables.length).toBeGreaterThan(20);
    for (const sql of tables) expect(sql).toMatch(/ diststyle (even|all|key distkey \(\w+\))( sortkey \([\w, ]+\))?$/);
    const views = made.filter((sql) => sql.startsWith('create or replace view'));
    for (const sql of views) expect(sql).toMatch(/ with no schema binding$/);
  });
});
