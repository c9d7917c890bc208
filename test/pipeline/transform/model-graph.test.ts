import { describe, expect, it } from 'vitest';
import { modelGraph } from '../../../lib/pipeline/transform/model-graph.ts';
import { readModel } from '../../../lib/pipeline/transform/read-model.ts';

function model(name: string, ...reads: readonly string[]) {
  const [schema = '', table = ''] = name.split('.');
  const from = reads.map((read, index) => (index === 0 ? `from ${read}` : `cross join ${read}`)).join(' ');
  const sql = `-- One row.\n-- grain: id\n-- kept: rebuild\n-- columns:\n--   id string\nselect 'a' as id ${from}`;
  return readModel({ schema, table, file: `sql/${schema}/${table}.sql`, sql });
}

describe('the graph of models', () => {
  it('has each model after all that it reads', () => {
    const models = [model('prod.a', 'raw.b', 'prod.c'), model('prod.c', 'raw.b'), model('raw.b', 'lake.x')];
    const graph = modelGraph(models, ['lake.x']);
    expect(graph.models.map(({ name }) => name)).toEqual(['raw.b', 'prod.c', 'prod.a']);
    expect([...graph.upstream('prod.a')].sort()).toEqual(['lake.x', 'prod.c', 'raw.b']);
  });

  it('refuses models that read each other in a circle, and shows it', () => {
    const models = [model('a.a', 'a.b'), model('a.b', 'a.c'), model('a.c', 'a.b')];
    expect(() => modelGraph(models, [])).toThrow(
      'sql/a/b.sql reads sql/a/c.sql reads sql/a/b.sql: expected models that do not',
    );
  });

  it('refuses a table that nobody makes, and says what it may mean', () => {
    expect(() => modelGraph([model('a.a', 'lake.none')], ['lake.x'])).toThrow(
      'sql/a/a.sql: expected a model or a table of the lake, found lake.none',
    );
    expect(() => modelGraph([model('a.a', 'c.b'), model('b.b')], [])).toThrow('found c.b; there is b.b');
    expect(() => modelGraph([model('a.a', 'nothing')], [])).toThrow('found nothing, which names no schema');
  });

  it('refuses a name that is taken', () => {
    expect(() => modelGraph([model('a.a'), model('a.a')], [])).toThrow('sql/a/a.sql has a.a too');
    expect(() => modelGraph([model('lake.x')], ['lake.x'])).toThrow('the lake has lake.x too');
  });
});
