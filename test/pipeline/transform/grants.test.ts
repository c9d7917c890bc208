import { describe, expect, it } from 'vitest';
import { externalTables } from '../../../lib/derive/redshift.ts';
import {
  type Statement,
  StatementError,
  type Warehouse,
  type WarehouseRow,
  type WarehouseTransaction,
} from '../../../lib/pipeline/ports.ts';
import { grantReading } from '../../../lib/pipeline/transform/grants.ts';
import { type ModelGraph, modelGraph } from '../../../lib/pipeline/transform/model-graph.ts';
import { contracts } from '../../support/fixture-project.ts';
import { modelOf } from '../../support/read-model.ts';
import { testClock } from '../../support/test-clock.ts';

const rooms = (column: string) =>
  modelOf(
    'a.rooms',
    `-- One row.\n-- grain: id\n-- kept: rebuild\n-- columns:\n--   id string\n--   ${column} string\nselect 1 from lake.chat_rooms`,
  );

const graphOf = async (column = 'topic') => modelGraph([await rooms(column)], externalTables(contracts));

/** A warehouse with roles that remembers what it ran, and of whose tables only these are there. */
function roleWarehouse(tables: readonly string[], refuses: (sql: string) => boolean = () => false) {
  const noted = new Map<string, string>();
  const granted: string[][] = [];
  const warehouse: Pick<Warehouse, 'dialect' | 'query' | 'run'> = {
    dialect: 'redshift',
    query: ({ sql }: Statement): Promise<readonly WarehouseRow[]> =>
      Promise.resolve(
        sql.includes('definition')
          ? [...noted].map(([model, definition]) => ({ model, definition }))
          : tables.map((name) => {
              const [table_schema = '', table_name = ''] = name.split('.');
              return { table_schema, table_name, column_name: 'id' };
            }),
      ),
    run: ({ statements }: WarehouseTransaction) => {
      const index = statements.findIndex(({ sql }) => refuses(sql));
      if (index >= 0) return Promise.reject(new StatementError(index, 'role "readers" does not exist'));
      for (const { parameters } of statements) {
        const { model, definition } = parameters;
        if (model !== undefined && definition !== undefined) noted.set(`${model}`, `${definition}`);
      }
      const grants = statements.filter(({ sql }) => /^(grant|revoke) /.test(sql));
      if (grants.length > 0) granted.push(grants.map(({ sql }) => sql));
      return Promise.resolve();
    },
  };
  return { warehouse: { ...warehouse, close: () => Promise.resolve() }, granted };
}

const grant = (house: ReturnType<typeof roleWarehouse>, graph: ModelGraph, role = 'readers') =>
  grantReading({ warehouse: house.warehouse, clock: testClock(), graph, readers: { role, hidden: null } });

describe('what readers may see', () => {
  it('is granted once, and again when the models have changed', async () => {
    const house = roleWarehouse(['a.rooms']);
    await grant(house, await graphOf());
    const first = house.granted.flat();
    expect(first).toContain('grant select on a.rooms to role readers');
    expect(first).toContain('grant usage on schema a to role readers');
    expect(first).toContain('grant select on ops.runs to role readers');

    const count = house.granted.length;
    await grant(house, await graphOf());
    expect(house.granted).toHaveLength(count);

    await grant(house, await graphOf(), 'others');
    expect(house.granted.length).toBeGreaterThan(count);
  });

  it('is granted again until each model has its table', async () => {
    const house = roleWarehouse([]);
    await grant(house, await graphOf());
    expect(house.granted.flat()).not.toContain('grant select on a.rooms to role readers');
    const count = house.granted.length;
    await grant(house, await graphOf());
    expect(house.granted.length).toBeGreaterThan(count);
  });

  it('is tried again after a refusal, which names the role and what to do', async () => {
    let isThere = false;
    const house = roleWarehouse(['a.rooms'], (sql) => !isThere && sql.startsWith('grant select'));
    await expect(grant(house, await graphOf())).rejects.toThrow(
      /^reading for the role readers: role "readers" does not exist; the tables are as they were; deploy the warehouse/,
    );
    isThere = true;
    await grant(house, await graphOf());
    expect(house.granted.flat()).toContain('grant select on a.rooms to role readers');
  });

  it('is granted to no role with another kind of name', async () => {
    const house = roleWarehouse(['a.rooms']);
    await expect(grant(house, await graphOf(), 'readers; drop table a.rooms')).rejects.toThrow(
      'expected lower case letters, digits and _, found "readers; drop table a.rooms"',
    );
    expect(house.granted).toEqual([]);
  });
});
