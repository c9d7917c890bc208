import { describe, expect, it } from 'vitest';
import { modelFiles } from '../../lib/adapters/model-files.ts';
import { parametersOf } from '../../lib/pipeline/transform/sql-text.ts';
import { brokenRules } from '../support/redshift-rules.ts';
import { statementsOf } from '../support/redshift-statements.ts';
import { contracts, modelsDir } from '../support/shipped.ts';

const statements = (await modelFiles(modelsDir, contracts)).flatMap(statementsOf);

describe('on Redshift, the models', () => {
  it('submit nothing that it lacks', () => {
    for (const { name, sql } of statements) expect(brokenRules(sql), `${name}\n${sql}`).toEqual([]);
  });

  it('give each parameter, and no other', () => {
    for (const { sql, parameters } of statements) {
      expect(Object.keys(parameters).sort(), sql).toEqual([...parametersOf(sql)].sort());
    }
  });
});
