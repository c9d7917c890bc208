import { describe, expect, it } from 'vitest';
import { modelFiles } from '../../lib/adapters/model-files.ts';
import { parametersOf } from '../../lib/pipeline/transform/sql-text.ts';
import { brokenRules } from '../support/redshift-rules.ts';
import { statementsOf } from '../support/redshift-statements.ts';
import { contracts, modelsDir } from '../support/shipped.ts';

const models = await modelFiles(modelsDir, contracts);

describe.each(models)('on Redshift, $name', (model) => {
  it('submits nothing that it lacks', () => {
    for (const { name, sql } of statementsOf(model)) expect(brokenRules(sql), `${name}\n${sql}`).toEqual([]);
  });

  it('gives each parameter, and no other', () => {
    for (const { sql, parameters } of statementsOf(model)) {
      expect(Object.keys(parameters).sort()).toEqual([...parametersOf(sql)].sort());
    }
  });
});
