import { afterAll, describe, expect, it } from 'vitest';
import { modelFiles } from '../../lib/adapters/model-files.ts';
import { openSqlCases, type SqlCases } from '../../lib/app/sql-cases.ts';
import { externalTables } from '../../lib/derive/redshift.ts';
import { dialects } from '../../lib/pipeline/transform/dialect.ts';
import { modelGraph } from '../../lib/pipeline/transform/model-graph.ts';
import { planModel } from '../../lib/pipeline/transform/plan-model.ts';
import { contracts, modelsDir, shipped } from '../support/shipped.ts';

const models = await modelFiles(modelsDir, contracts);
const open: SqlCases = await openSqlCases(shipped);

describe('the models', () => {
  afterAll(() => open.close());

  it('fit together, and each has a test of its grain and as few statements as a transaction may have', () => {
    const hour = { dt: '2026-01-31', hour: 10 };
    for (const model of modelGraph(models, externalTables(contracts)).models) {
      expect(model.tests[0]).toMatchObject({ kind: 'unique', columns: model.grain });
      const run = { model, hour, version: 'v', loadedAtMs: 0, windowSeconds: 60 };
      for (const dialect of Object.values(dialects)) expect(() => planModel(run, dialect)).not.toThrow();
    }
  });

  it('say so where they read more than the hour', () => {
    const wide = models.filter(
      ({ parameters, reads }) => parameters.length === 0 && reads.some((name) => !name.startsWith('lake.')),
    );
    for (const { name, description } of wide) expect(description, name).toMatch(/\bReads the whole \w+\./);
  });

  it('read each lake table once, and only raw, staging and partials read the lake', () => {
    const readers = models.filter(
      ({ kept, reads }) => kept !== 'view' && reads.some((name) => name.startsWith('lake.')),
    );
    const read = readers.flatMap(({ reads }) => reads.filter((name) => name.startsWith('lake.')));
    expect(new Set(read).size).toBe(read.length);
    const others = readers.filter(
      ({ schema, table }) => !['raw', 'staging'].includes(schema) && !table.endsWith('_partials'),
    );
    expect(others).toEqual([]);
  });

  it.each(open.cases)('$model: $claim', async (one) => {
    expect(await open.run(one)).toBeUndefined();
  });
});
