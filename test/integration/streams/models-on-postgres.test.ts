import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientDefaults } from '../../../lib/adapters/aws/client-defaults.ts';
import { redshiftWarehouse } from '../../../lib/adapters/aws/redshift-warehouse.ts';
import { lakeTables } from '../../../lib/adapters/duckdb/lake-views.ts';
import { lakeColumns } from '../../../lib/adapters/model-files.ts';
import { systemClock } from '../../../lib/adapters/system-clock.ts';
import { personalNames } from '../../../lib/derive/personal-names.ts';
import { externalTables } from '../../../lib/derive/redshift.ts';
import { dataFolder } from '../../../lib/local/folder/data-folder.ts';
import { localLake } from '../../../lib/local/query/local-lake.ts';
import { query } from '../../../lib/local/query/query.ts';
import { grantReading, type Readers } from '../../../lib/pipeline/transform/grants.ts';
import { hoursBetween, parseHour } from '../../../lib/pipeline/transform/hours.ts';
import { type ModelGraph, modelGraph } from '../../../lib/pipeline/transform/model-graph.ts';
import { type TransformRequest, transform } from '../../../lib/pipeline/transform/transform.ts';
import { appliedTable } from '../../../lib/pipeline/transform/write-statements.ts';
import { lakehouse } from '../../support/lakehouse.ts';
import { modelOf } from '../../support/read-model.ts';
import { type DataApi, startDataApi } from '../../support/servers/data-api.ts';
import { loadLake } from '../../support/servers/lake-in-postgres.ts';
import { postgresServer } from '../../support/servers/postgres.ts';
import { describeWithServer } from '../../support/servers/requirement.ts';
import { contracts, shipped } from '../../support/shipped.ts';
import { produceShopDay, SHOP_HOURS } from '../../support/shop-day.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SEED = 20260131;
const EVENTS_AN_HOUR = 12;
const lakeTableNames = lakeTables(contracts).map(({ name }) => `${name.database}.${name.table}`);
const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
/** Each model and hour is a transaction of its own; three hours overlap, and are soon done. */
const hours = hoursBetween(parseHour(SHOP_HOURS.from, Date.now()), parseHour(SHOP_HOURS.to, Date.now())).slice(0, 3);
const TIMEOUT_MS = 180_000;
const EARLY_MS = Date.UTC(2026, 0, 31, 10, 59);

/** Says when a load ran. */
const LOAD_TIMES = new Set(['upload_date', 'last_update']);
const RUNS = 'model, hour_start, outcome, version, definition, row_count';
const BROKEN = 'model, hour_start, test, broken_rows, row_text';

/** The models, one of them with a further test. */
async function graphWith({ models }: ModelGraph, name: string, test: string): Promise<ModelGraph> {
  const changed = models.map((model) => {
    if (model.name !== name) return model;
    const sql = readFileSync(join(shipped.dir, model.file), 'utf8').replace(/\n(?!--)/, `\n-- tests:\n--   ${test}\n`);
    return modelOf(name, sql, lakeColumns(contracts));
  });
  return modelGraph(await Promise.all(changed), lakeTableNames);
}

const everything: Readers = { role: 'weir_reader', hidden: null };
const notPersonal: Readers = { role: 'weir_analyst', hidden: personalNames(contracts) };

/** The same models beside the lake's tables as Redshift names them. */
const inRedshift = ({ models }: ModelGraph): ModelGraph => modelGraph(models, externalTables(contracts));

/**
 * The same lake, and the same runs of the same models, in two warehouses: DuckDB, and PostgreSQL behind the protocol of the
 * Data API with the statements that are planned for Redshift. The steps follow each other on the same tables.
 */
await describeWithServer(postgresServer, (postgres) => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let house: Awaited<ReturnType<typeof lakehouse>>;
  let api: DataApi;
  let client: RedshiftDataClient;
  let runs = 0;
  const onPostgres = () =>
    redshiftWarehouse({ client, workgroup: 'weir', database: 'weir', clock: systemClock, attempt: `${runs++}` });

  beforeAll(async () => {
    folder = await temporaryFolder();
    house = await lakehouse(folder.path, {}, shipped);
    api = await startDataApi(postgres().url);
    client = new RedshiftDataClient({ ...clientDefaults, endpoint: api.endpoint, credentials, region: 'us-east-1' });
    for (const role of ['weir_reader', 'weir_analyst']) {
      await onPostgres().query({ name: role, sql: `create role ${role}`, parameters: {} });
    }
    await produceShopDay(house, SEED, EVENTS_AN_HOUR, shipped.generators);
    await house.settle();
  });
  afterAll(async () => {
    client.destroy();
    await api.stop();
    await house.close();
    await folder.remove();
  });

  /** Runs the models in both. Each says the same of what it did, messages aside. */
  const runBoth = async (request: Partial<TransformRequest> = {}, graph = house.deps.graph, readers = everything) => {
    const lake = localLake(dataFolder(folder.path), contracts);
    await loadLake(postgres().url, lake, new Set(graph.models.flatMap(({ reads }) => reads)));
    const warehouse = onPostgres();
    const counts = [];
    for (const deps of [
      { ...house.deps, graph },
      { ...house.deps, warehouse, graph: inRedshift(graph), readers },
    ]) {
      const { failures, ...others } = await transform(deps, { hours, ...request });
      counts.push({ ...others, failures: failures.map(({ model, hour }) => `${model} ${hour.hour}`) });
    }
    await house.close();
    expect(counts[1]).toEqual(counts[0]);
    return counts[0];
  };

  const expectSame = async (table: string, columns: readonly string[]): Promise<number> => {
    const texts = columns.map((name) => `cast(${name} as varchar(65535)) as ${name}`).join(', ');
    const sql = `select ${texts} from ${table}`;
    const { rows } = await query(localLake(dataFolder(folder.path), contracts), sql);
    const expected: string[] = [];
    for await (const chunk of rows) expected.push(...chunk.map((row) => JSON.stringify(row)));
    const found = await onPostgres().query({ name: table, sql, parameters: {} });
    const lines = found.map((row) => JSON.stringify(columns.map((name) => row[name])));
    expect(lines.sort(), table).toEqual(expected.sort());
    return lines.length;
  };

  const expectSameTables = async (): Promise<void> => {
    for (const model of house.deps.graph.models) {
      const columns = model.columns.map(({ name }) => name).filter((name) => !LOAD_TIMES.has(name));
      expect(await expectSame(model.name, columns), model.name).toBeGreaterThan(0);
      if (model.sum.length > 0) await expectSame(appliedTable(model), ['hour_start', ...columns]);
    }
    // What a role may read is granted in Redshift alone.
    await expectSame("(select * from ops.runs where model <> 'ops.grants') as runs", RUNS.split(', '));
    await expectSame('ops.test_results', BROKEN.split(', '));
  };

  describe('every model’s statements for Redshift give on PostgreSQL the rows that DuckDB gives', {
    timeout: TIMEOUT_MS,
  }, () => {
    it('for hours that overlap by late and repeated events', async () => {
      expect(await runBoth()).toMatchObject({ hours: hours.length, failures: [], stopped: 0 });
      await expectSameTables();
    });

    it('for records that come into an hour that was published', async () => {
      await house.produce('shop.purchases', EARLY_MS, [
        { created_at: '2026-01-31 09:30:00', country: 'Italy', currency: 'EUR', amount: 7 },
      ]);
      await house.produce('chat.rooms', EARLY_MS, [
        {
          room_id: 'late',
          room_created_at: '2026-01-31 08:00:00',
          channel: null,
          customer: { customer_id: 'late', customer_name: '', phone: null },
          messages: null,
        },
      ]);
      await house.settle();
      const counts = await runBoth();
      expect(counts).toMatchObject({ hours: 1, failures: [], stopped: 0 });
      expect(counts?.published).toBeLessThan(house.deps.graph.models.length);
      await expectSameTables();
    });

    it('when every hour is run again, the last one first', async () => {
      const again = await runBoth({ again: true, hours: hours.toReversed() });
      expect(again).toMatchObject({ hours: hours.length, failures: [], unchanged: 0 });
      await expectSameTables();
    });

    it('when a data test fails: what was published, the ledger, and the rows that broke it', async () => {
      const graph = await graphWith(house.deps.graph, 'staging.shop_feedback', 'expression: rating < 4');
      const counts = await runBoth({}, graph);
      expect(counts?.failures.length).toBeGreaterThan(0);
      expect(counts?.stopped).toBeGreaterThan(0);
      expect(await expectSame('ops.test_results', BROKEN.split(', '))).toBeGreaterThan(0);
      await expectSameTables();
      expect(await runBoth()).toMatchObject({ failures: [], stopped: 0 });
      await expectSameTables();
    });
  });

  describe('the role that may read', { timeout: TIMEOUT_MS }, () => {
    const as = (role: string) => async (sql: string) => {
      const pg = new Client({ connectionString: postgres().url });
      await pg.connect();
      try {
        await pg.query(`set role ${role}`);
        return (await pg.query(sql)).rows;
      } finally {
        await pg.end();
      }
    };
    const asReader = as('weir_reader');
    const asAnalyst = as('weir_analyst');

    it('reads every table and view where it may see personal data, and changes none', async () => {
      await runBoth();
      for (const { name } of house.deps.graph.models) await asReader(`select * from ${name} limit 1`);
      await asReader('select * from ops.runs limit 1');
      await expect(asReader('delete from analytics.rooms')).rejects.toThrow(/permission denied/);
    });

    it('reads all but personal columns otherwise, and of the ledger no values', async () => {
      await runBoth({}, house.deps.graph, notPersonal);
      await asAnalyst('select * from analytics.purchase_summary limit 1');
      await asAnalyst('select customer_id, created_at from analytics.customers limit 1').then(
        () => expect.unreachable('customer_id is personal'),
        (error: Error) => expect(error.message).toMatch(/permission denied/),
      );
      await asAnalyst('select created_at, version_time from analytics.customers limit 1');
      await asAnalyst('select model, test, broken_rows from ops.test_results limit 1');
      await expect(asAnalyst('select row_text from ops.test_results')).rejects.toThrow(/permission denied/);
      await expect(asAnalyst('select error from ops.runs')).rejects.toThrow(/permission denied/);
    });

    it('loses personal columns when the deployment takes them back', async () => {
      await runBoth({}, house.deps.graph, { ...notPersonal, hidden: null });
      await asAnalyst('select customer_name from analytics.customers limit 1');
      await runBoth({}, house.deps.graph, notPersonal);
      await expect(asAnalyst('select customer_name from analytics.customers')).rejects.toThrow(/permission denied/);
    });

    it('reads a table that comes later, and is granted nothing again when there is nothing new', async () => {
      const { models } = house.deps.graph;
      const later = await modelOf(
        'later.rooms',
        '-- One row.\n-- grain: room_id\n-- kept: rebuild\n-- columns:\n--   room_id string\nselect room_id from analytics.rooms',
      );
      await runBoth({}, modelGraph([...models, later], lakeTableNames));
      expect((await asReader('select room_id from later.rooms')).length).toBeGreaterThan(0);
      const before = api.asked.length;
      await grantReading({
        ...house.deps,
        warehouse: onPostgres(),
        graph: inRedshift(modelGraph([...models, later], lakeTableNames)),
        readers: everything,
      });
      expect(api.asked.slice(before).filter((operation) => operation === 'ExecuteStatement')).toHaveLength(1);
      expect(api.asked.slice(before)).not.toContain('BatchExecuteStatement');
    });

    it('that is not there is reported after the tables are published, with what to do', async () => {
      const run = transform(
        { ...house.deps, warehouse: onPostgres(), readers: { role: 'weir_nobody', hidden: null } },
        { hours: hours.slice(0, 1), again: true, models: ['prod.fact_views'] },
      );
      await expect(run).rejects.toThrow(
        /^reading for the role weir_nobody: .*deploy the warehouse again, which makes the role/,
      );
    });
  });
});
