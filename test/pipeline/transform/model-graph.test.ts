import { describe, expect, it } from 'vitest';
import type { Model } from '../../../lib/pipeline/transform/model.ts';
import { modelGraph } from '../../../lib/pipeline/transform/model-graph.ts';
import { modelOf } from '../../support/read-model.ts';

function model(name: string, ...reads: readonly string[]) {
  const from = reads.map((read, index) => (index === 0 ? `from ${read}` : `cross join ${read}`)).join(' ');
  const sql = `-- One row.\n-- grain: id\n-- kept: rebuild\n-- columns:\n--   id string\nselect 'a' as id ${from}`;
  return modelOf(name, sql);
}

const graphOf = async (models: readonly Promise<Model>[], otherTables: readonly string[]) =>
  modelGraph(await Promise.all(models), otherTables);

describe('the graph of models', () => {
  it('has each model after all that it reads', async () => {
    const models = [model('prod.a', 'raw.b', 'prod.c'), model('prod.c', 'raw.b'), model('raw.b', 'lake.x')];
    const graph = await graphOf(models, ['lake.x']);
    expect(graph.models.map(({ name }) => name)).toEqual(['raw.b', 'prod.c', 'prod.a']);
    expect([...graph.upstream('prod.a')].sort()).toEqual(['lake.x', 'prod.c', 'raw.b']);
  });

  it('refuses models that read each other in a circle, and shows it', async () => {
    const models = [model('a.a', 'a.b'), model('a.b', 'a.c'), model('a.c', 'a.b')];
    await expect(graphOf(models, [])).rejects.toThrow(
      'sql/a/b.sql reads sql/a/c.sql reads sql/a/b.sql: expected models that do not',
    );
  });

  it('refuses a table that nobody makes, and says what it may mean', async () => {
    await expect(graphOf([model('a.a', 'lake.none')], ['lake.x'])).rejects.toThrow(
      'sql/a/a.sql: expected a model or a table of the lake, found lake.none; add its stream to weir.config.ts, or read another table',
    );
    await expect(graphOf([model('a.a', 'b.b')], [])).rejects.toThrow(
      'found b.b; add that model, or read another table',
    );
    await expect(graphOf([model('a.a', 'c.b'), model('b.b')], [])).rejects.toThrow('found c.b; there is b.b');
    await expect(graphOf([model('a.a', 'nothing')], [])).rejects.toThrow('found nothing, which names no schema');
  });

  it('refuses a name that is taken', async () => {
    await expect(graphOf([model('a.a'), model('a.a')], [])).rejects.toThrow('sql/a/a.sql has a.a too');
    await expect(graphOf([model('lake.x')], ['lake.x'])).rejects.toThrow('the lake has lake.x too');
  });
});
