import { describe, expect, it } from 'vitest';
import { personalNames } from '../../../lib/derive/personal-names.ts';
import { externalTables } from '../../../lib/derive/redshift.ts';
import { dialects } from '../../../lib/pipeline/transform/dialect.ts';
import { grantStatements } from '../../../lib/pipeline/transform/grants.ts';
import { type ModelGraph, modelGraph } from '../../../lib/pipeline/transform/model-graph.ts';
import { personalColumns } from '../../../lib/pipeline/transform/personal-columns.ts';
import { contracts } from '../../support/fixture-project.ts';
import { modelOf } from '../../support/read-model.ts';

const names = personalNames(contracts);

const model = (name: string, columns: string, from: string) =>
  modelOf(
    name,
    `-- One row.\n-- grain: id\n-- kept: rebuild\n-- columns:\n--   id string\n${columns}select 1 from ${from}`,
  );

const graphOf = async (...models: Awaited<ReturnType<typeof model>>[]) => modelGraph(models, externalTables(contracts));

const personalIn = (graph: ModelGraph, name: string) => {
  const found = graph.models.find((one) => one.name === name);
  return found === undefined ? [] : [...personalColumns(found, graph, names)];
};

describe('a column of a model is personal', () => {
  it('when it is called as personal data in the lake, inside other fields too, however far upstream', async () => {
    const graph = await graphOf(
      await model('a.rooms', '--   phone string\n--   channel string\n', 'lake.chat_rooms'),
      await model('b.rooms', '--   phone string\n--   channel string\n', 'a.rooms'),
      await model('c.views', '--   phone string\n', 'lake.shop_product_views'),
    );
    expect(personalIn(graph, 'a.rooms')).toEqual(['phone']);
    expect(personalIn(graph, 'b.rooms')).toEqual(['phone']);
    expect(personalIn(graph, 'c.views')).toEqual([]);
  });

  it('when its header says personal, and is not when it says public', async () => {
    const columns = '--   caller string? personal\n--   phone string public\n';
    const graph = await graphOf(await model('a.rooms', columns, 'lake.chat_rooms'));
    expect(personalIn(graph, 'a.rooms')).toEqual(['caller']);
  });

  it('when Weir itself keeps records there whole', () => {
    expect([...(names.get('lake.dead_letters') ?? [])].sort()).toEqual(['headers', 'key', 'payload']);
    expect(names.get('s3_spectrum_random_profile.random_customers')).toContain('full_name');
  });
});

describe('what is granted to readers who may not see personal data', () => {
  const statements = async () => {
    const rooms = await model('a.rooms', '--   phone string\n', 'lake.chat_rooms');
    const view = { ...rooms, name: 'a.shown', table: 'shown', kept: 'view' as const };
    const views = await model('a.views', '', 'lake.shop_product_views');
    const graph = await graphOf(rooms, view, views);
    return grantStatements({ role: 'r', hidden: names }, graph, dialects.redshift).flat();
  };

  it('is every other column of a table, a view without any, and what was granted before is taken back first', async () => {
    const found = await statements();
    expect(found.filter((sql) => sql.includes(' on a.'))).toEqual([
      'revoke select on a.rooms from role r',
      'grant select ("id") on a.rooms to role r',
      'revoke select on a.shown from role r',
      'revoke select on a.views from role r',
      'grant select on a.views to role r',
    ]);
  });

  it('is nothing of the ledger that may hold values', async () => {
    const found = (await statements()).filter((sql) => sql.startsWith('grant select') && sql.includes(' on ops.'));
    expect(found).toHaveLength(2);
    expect(found.join()).not.toMatch(/"row_text"|"error"/);
  });
});
