import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientDefaults } from '../../lib/adapters/aws/client-defaults.ts';
import { redshiftWarehouse } from '../../lib/adapters/aws/redshift-warehouse.ts';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import { StatementError, type Warehouse, WarehouseUnavailableError } from '../../lib/pipeline/ports.ts';
import { warehouseSuite } from '../conformance/warehouse.suite.ts';
import { type DataApi, startDataApi } from '../support/servers/data-api.ts';
import { postgresServer } from '../support/servers/postgres.ts';
import { describeWithServer } from '../support/servers/requirement.ts';

const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };

const statement = (sql: string, parameters: Readonly<Record<string, string>> = {}, name = 'test') => ({
  name,
  sql,
  parameters,
});

await describeWithServer(postgresServer, (postgres) => {
  let api: DataApi;
  let client: RedshiftDataClient;
  let attempts = 0;
  const open = (attempt = `attempt ${attempts++}`, timeLimitMs = 20_000): Warehouse =>
    redshiftWarehouse({ client, workgroup: 'weir', database: 'weir', clock: systemClock, attempt, timeLimitMs });
  const transaction = (...statements: ReturnType<typeof statement>[]) => ({ name: 'test', statements, reads: [] });
  const count = async (table: string) => (await open().query(statement(`select count(*) as n from ${table}`)))[0]?.n;
  const make = (table: string) => open().run(transaction(statement(`create table ${table} (id text)`)));
  const add = (table: string) => transaction(statement(`insert into ${table} values ('a')`));

  beforeAll(async () => {
    api = await startDataApi(postgres().url);
    client = new RedshiftDataClient({ ...clientDefaults, endpoint: api.endpoint, credentials, region: 'us-east-1' });
  });
  afterAll(async () => {
    client.destroy();
    await api.stop();
  });

  describe('Redshift as a warehouse', () => {
    warehouseSuite(async () => ({ warehouse: open(), another: async () => open(), close: async () => undefined }));

    it('gives all pages of a result', async () => {
      const rows = await open().query(statement('select n from generate_series(1, 250) as t (n) order by n'));
      expect(rows.map(({ n }) => Number(n))).toEqual(Array.from({ length: 250 }, (_, at) => at + 1));
    });

    it('refuses an integer that JSON has rounded', async () => {
      const query = statement('select 9007199254740993::bigint as n');
      await expect(open().query(query)).rejects.toThrow(/n: an integer beyond 2\^53/);
    });

    it('gives each statement its own value of a parameter', async () => {
      await make('own_values');
      const insert = (id: string) => statement('insert into own_values values (:id)', { id });
      await open().run(transaction(insert('a'), insert('b'), insert('a')));
      const rows = await open().query(statement('select id from own_values order by id'));
      expect(rows.map(({ id }) => id)).toEqual(['a', 'a', 'b']);
    });
  });

  describe('a repeated call', () => {
    it('runs nothing twice when the answer to it was lost', async () => {
      await make('lost_answer');
      const failure = { status: 500, type: 'InternalServerException', afterwards: true } as const;
      api.plant({ operation: 'BatchExecuteStatement', ...failure });
      await open().run(add('lost_answer'));
      expect(await count('lost_answer')).toBe('1');
    });

    it('runs nothing twice in the same attempt, and again in the next', async () => {
      await make('attempts');
      await open('first').run(add('attempts'));
      await open('first').run(add('attempts'));
      expect(await count('attempts')).toBe('1');
      await open('second').run(add('attempts'));
      expect(await count('attempts')).toBe('2');
    });
  });

  describe('a failure', () => {
    it('of the asking that passes is not noticed', async () => {
      await make('passing');
      api.plant({ operation: 'BatchExecuteStatement', status: 400, type: 'ThrottlingException' });
      for (let times = 0; times < 4; times++) {
        api.plant({ operation: 'DescribeStatement', status: 500, type: 'InternalServerException' });
      }
      await open().run(add('passing'));
      expect(await count('passing')).toBe('1');
    });

    it('that lasts says that nothing was tried', async () => {
      await make('lasting');
      api.plant({ operation: 'BatchExecuteStatement', status: 400, type: 'AccessDeniedException' });
      const failing = open().run(add('lasting'));
      await expect(failing).rejects.toThrow(WarehouseUnavailableError);
      await expect(failing).rejects.toThrow(/AccessDeniedException.*grant the role/);
      expect(await count('lasting')).toBe('0');
    });

    it('of a statement names it and hides the values', async () => {
      const culprit = statement('select cast(:id as bigint)', { id: 'secret' }, 'the culprit');
      const failing = open().run(transaction(statement('select 1'), culprit));
      await expect(failing).rejects.toMatchObject({ index: 1, message: expect.stringMatching(/^the culprit: .*:id/) });
      await expect(failing).rejects.not.toThrow(/secret/);
    });

    it('by someone who cancels rolls back, and may be tried again', async () => {
      await make('cancelled');
      api.plant({ operation: 'run', end: 'ABORTED' });
      await expect(open().run(add('cancelled'))).rejects.toThrow(WarehouseUnavailableError);
      expect(await count('cancelled')).toBe('0');
    });

    it('to end in time is cancelled and rolls back', async () => {
      await make('slow');
      api.plant({ operation: 'run', end: 'slow' });
      await expect(open('slow', 500).run(add('slow'))).rejects.toThrow(/had not ended after 500 ms and was cancelled/);
      expect(await count('slow')).toBe('0');
      expect(api.asked.at(-1)).not.toBe('BatchExecuteStatement');
      expect(api.asked).toContain('CancelStatement');
    });
  });

  it('refuses what the Data API would refuse before anything is sent', async () => {
    const before = api.asked.length;
    const many = Array.from({ length: 41 }, () => statement('select 1'));
    const refused = [
      transaction(...many),
      transaction(statement(`select '${'x'.repeat(100_000)}'`)),
      transaction(statement('select 1', { never: 'used' })),
      transaction(statement('select :missing')),
    ];
    for (const one of refused) await expect(open().run(one)).rejects.toThrow(StatementError);
    expect(api.asked.length).toBe(before);
  });
});
