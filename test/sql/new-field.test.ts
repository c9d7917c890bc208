import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Contract, string } from '../../lib/contracts/contract.ts';
import { glueTables } from '../../lib/derive/glue.ts';
import { dialects } from '../../lib/pipeline/transform/dialect.ts';
import { schemaStatements } from '../../lib/pipeline/transform/schema-plan.ts';
import { shopFeedback } from '../fixtures/lake/streams/shop.ts';
import { fixture } from '../support/fixture-project.ts';
import { lakehouse } from '../support/lakehouse.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const T = Date.UTC(2026, 0, 31, 10, 46, 30);
const HOUR_MS = 3_600_000;

/** The contract with one nullable field more. */
const changed = {
  ...shopFeedback,
  fields: { ...shopFeedback.fields, mood: string('How the customer felt.', { nullable: true }) },
} as Contract;
const after = fixture.contracts.map((one) => (one.name === shopFeedback.name ? changed : one));

const feedback = (feedbackId: string, more: object = {}) => ({
  feedbackId,
  customerId: 'anna',
  productId: 'p1',
  rating: 4,
  comment: null,
  feedbackDate: '2026-01-31 10:00:00',
  ...more,
});

describe('a nullable field that a contract has got', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let before: Awaited<ReturnType<typeof lakehouse>>;
  let house: Awaited<ReturnType<typeof lakehouse>>;

  beforeAll(async () => {
    folder = await temporaryFolder();
    before = await lakehouse(folder.path);
    await before.produce('shop.feedback', T, [feedback('old')]);
    await before.settle();
    expect(await before.refresh()).toMatchObject({ failures: [] });
    await before.close();

    house = await lakehouse(folder.path, {}, { ...fixture, contracts: after });
    house.topics.get('shop.feedback')?.[0]?.push(...(before.topics.get('shop.feedback')?.[0] ?? []));
    await house.produce('shop.feedback', T + HOUR_MS, [feedback('new', { mood: 'merry' })]);
    await house.settle();
    expect(await house.refresh()).toMatchObject({ failures: [], stopped: 0 });
  });
  afterAll(async () => {
    await house.close();
    await folder.remove();
  });

  it('is a column of the table in Glue, which Athena and Redshift’s external schema show', () => {
    for (const table of glueTables(changed, 's3://lake/')) expect(JSON.stringify(table)).toContain('"mood"');
  });

  it.each(['staging.shop_feedback', 'staging.shop_feedback_external'])(
    'is a column of %s, null in the rows from before, and no file was edited',
    async (table) => {
      // A view over the lake shows the hours that were read last.
      const rows = await house.rows(`select feedback_id, mood from ${table} order by ingested_at`);
      expect(rows.at(-1)).toEqual({ feedback_id: 'new', mood: 'merry' });
      if (!table.endsWith('_external')) expect(rows[0]).toEqual({ feedback_id: 'old', mood: null });
      expect(rows).toHaveLength(table.endsWith('_external') ? 1 : 2);
    },
  );

  it('is one in Redshift: the table gets it, and the view is made again', () => {
    const statementsFor = (name: string) => {
      const model = house.deps.graph.models.find((one) => one.name === name);
      const old = before.deps.graph.models.find((one) => one.name === name);
      if (model === undefined || old === undefined) throw new Error(`${name}: expected a model, found none`);
      const tables = new Map([[name, new Set(old.columns.map((column) => column.name))]]);
      const has = { tables, viewDefinitions: new Map([[name, old.definition]]) };
      return schemaStatements(model, has, dialects.redshift, 0).map(({ sql }) => sql);
    };
    expect(statementsFor('staging.shop_feedback')).toEqual([
      'alter table staging.shop_feedback add column "mood" varchar(65535)',
    ]);
    const [drop, create] = statementsFor('staging.shop_feedback_external');
    expect(drop).toBe('drop view if exists staging.shop_feedback_external');
    expect(create).toMatch(
      /^create view staging\.shop_feedback_external as\nselect .*\bmood\b.*with no schema binding$/s,
    );
  });
});
