import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScheduledTransform } from '../../lambdas/transform/scheduled.ts';
import { glueCatalog } from '../../lib/adapters/aws/glue-catalog.ts';
import { s3ObjectStore } from '../../lib/adapters/aws/s3-object-store.ts';
import { lakeTable } from '../../lib/derive/names.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { localLake } from '../../lib/local/query/local-lake.ts';
import type { BareLambda } from '../support/bare-lambda.ts';
import { createGlueTables } from '../support/create-glue-tables.ts';
import { startDeployed } from '../support/deployed-function.ts';
import { metricsIn } from '../support/emitted-metrics.ts';
import { contracts } from '../support/fixture-project.ts';
import { lakehouse } from '../support/lakehouse.ts';
import { type DataApi, startDataApi } from '../support/servers/data-api.ts';
import { loadLake } from '../support/servers/lake-in-postgres.ts';
import { installLambdaNode } from '../support/servers/lambda-node.ts';
import { glueServer } from '../support/servers/moto.ts';
import { postgresServer } from '../support/servers/postgres.ts';
import { describeWithServer } from '../support/servers/requirement.ts';
import { s3Server } from '../support/servers/versitygw.ts';
import { type Synthesis, synthesise } from '../support/synthesis.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const HOUR_MS = 3_600_000;
const FOLDER = 'lake/';
const lakeNames = new Set(contracts.map((contract) => `lake.${lakeTable(contract).table}`));

const folder = await temporaryFolder();
const synthesis: Synthesis = await synthesise(join(folder.path, 'out'), folder.path);
afterAll(() => folder.remove());

const servers = {
  name: `${s3Server.name}, ${glueServer.name} and ${postgresServer.name}`,
  install: () => Promise.all([s3Server.install(), glueServer.install(), postgresServer.install(), installLambdaNode()]),
  async start() {
    const [s3, glue, postgres] = [await s3Server.start(), await glueServer.start(), await postgresServer.start()];
    const stop = async () => {
      await Promise.all([s3.stop(), glue.stop(), postgres.stop()]);
    };
    return { s3, glue, postgres, stop };
  },
};

/**
 * What a laptop's sink has written of two hours, in S3, Glue and the PostgreSQL that stands for Redshift: the same
 * objects and rows.
 */
await describeWithServer(servers, (running) => {
  let house: Awaited<ReturnType<typeof lakehouse>>;
  let api: DataApi;
  const started: BareLambda[] = [];
  /** The hour before the one that is open. */
  const hourMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - HOUR_MS;
  const at = (minute: number) => new Date(hourMs + minute * 60_000).toISOString();

  /** What is in the local lake and not yet in S3, Glue and PostgreSQL is brought there. */
  const publishLake = async () => {
    const { s3, glue, postgres } = running();
    const [s3Client, glueClient] = [s3.client(), glue.client()];
    const store = s3ObjectStore({ client: s3Client, bucket: s3.bucket, prefix: FOLDER });
    const catalog = glueCatalog({ client: glueClient, locationPrefix: `s3://${s3.bucket}/${FOLDER}` });
    const lake = localLake(dataFolder(house.dir), contracts);
    for (const table of contracts.map(lakeTable)) {
      for (const partition of await lake.catalog.partitions(table)) {
        for (const key of await lake.store.list(partition.location)) {
          await store.putIfAbsent(key, readFileSync(join(lake.dir, key)), {});
        }
        await catalog.register(table, partition);
      }
    }
    await loadLake(postgres.url, lake, lakeNames);
    s3Client.destroy();
    glueClient.destroy();
  };

  const start = async (endpoints: Readonly<Record<string, string>> = {}) => {
    const { s3, glue } = running();
    const known = { LAKE_BUCKET: s3.bucket, REDSHIFT_WORKGROUP: 'weir-dev' };
    const one = await startDeployed(synthesis, 'transform', known, {
      // The server knows no session tokens.
      AWS_SESSION_TOKEN: '',
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_ENDPOINT_URL_GLUE: glue.endpoint,
      AWS_ENDPOINT_URL_REDSHIFT_DATA: api.endpoint,
      ...endpoints,
    });
    started.push(one);
    return one;
  };

  const event = (minute: number, lookBackHours: ScheduledTransform['lookBackHours'] = 3): ScheduledTransform => ({
    scheduledTime: new Date(hourMs + HOUR_MS + minute * 60_000).toISOString(),
    lookBackHours,
  });

  const rows = async (sql: string) => {
    const client = new Client({ connectionString: running().postgres.url });
    await client.connect();
    const { rows: found } = await client.query(sql);
    await client.end();
    return found;
  };

  const summary = () =>
    rows(
      'select country, cast(sum(amount) as integer) as amount from analytics.purchase_summary group by country order by 1',
    );

  beforeAll(async () => {
    const { s3, glue, postgres } = running();
    api = await startDataApi(postgres.url);
    // As the deployment of the warehouse does.
    await rows('create role weir_reader');
    await createGlueTables(
      glue,
      `s3://${s3.bucket}/${FOLDER}`,
      contracts.map(({ name }) => name),
    );
    house = await lakehouse(join(folder.path, 'laptop'));
    const purchase = (country: string, amount: number, minute: number) => ({
      created_at: at(minute),
      country,
      currency: 'EUR',
      amount,
    });
    await house.produce('shop.purchases', hourMs + 1_000_000, [purchase('Germany', 100, 5), purchase('Italy', 70, 6)]);
    await house.produce('chat.rooms', hourMs + 1_000_000, [
      {
        room_id: 'r1',
        room_created_at: at(1),
        customer: { customer_id: 'c1', phone: '0123' },
        messages: [{ message_id: 'm1', message_date: at(2) }],
      },
    ]);
    await house.settle();
    await publishLake();
  });
  afterAll(async () => {
    await Promise.all(started.map((one) => one.stop()));
    await api.stop();
    await house.close();
  });

  describe('the transform’s bundle, on bare Node 24', () => {
    let transform: BareLambda;
    beforeAll(async () => {
      transform = await start();
    });

    it('begins no model when its time is nearly over, and reports it', async () => {
      expect(await transform.call(event(5), 1_000)).toMatchObject({ published: 0, failures: [], cutShort: true });
      expect(transform.lines().at(-1)).toMatchObject({
        level: 'WARN',
        message: expect.stringMatching(/next run continues/),
      });
    });

    it('runs every model over the hours that have changed, from the files in its asset', async () => {
      const result = await transform.call(event(15));
      expect(result).toMatchObject({ failures: [], stopped: 0, cutShort: false, lateSeconds: 0 });
      expect(await summary()).toEqual([
        { country: 'Germany', amount: 100 },
        { country: 'Italy', amount: 70 },
      ]);
      expect(await rows('select message_id, phone from raw.chat_messages')).toEqual([
        { message_id: 'm1', phone: '0123' },
      ]);
    });

    it('does nothing when the time is delivered again, here or to another process', async () => {
      const before = await rows('select * from ops.runs order by model, hour_start');
      const ran = before.map(({ model }) => model);
      expect(ran).toEqual(expect.arrayContaining(['analytics.purchase_summary', 'raw.chat_messages']));
      expect(await transform.call(event(15))).toMatchObject({ published: 0, failures: [] });
      const other = await start();
      expect(await other.call(event(15))).toMatchObject({ published: 0, failures: [] });
      expect(await rows('select * from ops.runs order by model, hour_start')).toEqual(before);
    });

    it('leaves the tables as one run does when a time is delivered twice at once', async () => {
      await house.produce('shop.purchases', hourMs + 2_000_000, [
        { created_at: at(30), country: 'Spain', currency: 'EUR', amount: 30 },
      ]);
      await house.settle();
      await publishLake();
      const both = [await start(), await start()];
      const results = await Promise.allSettled(both.map((one) => one.call(event(25))));
      expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
      expect(await transform.call(event(35))).toMatchObject({ published: 0, failures: [] });
      expect(await summary()).toEqual([
        { country: 'Germany', amount: 100 },
        { country: 'Italy', amount: 70 },
        { country: 'Spain', amount: 30 },
      ]);
    });

    it('reports a model that failed, by name and number, and the next run continues', async () => {
      await house.produce('shop.purchases', hourMs + 3_000_000, [
        { created_at: at(40), country: 'Italy', currency: 'EUR', amount: 5 },
      ]);
      await house.settle();
      await publishLake();
      await rows('alter table lake.shop_purchases rename column amount to amount_before');
      const failed = await transform.call(event(45));
      expect(failed).toMatchObject({ cutShort: false, lateSeconds: expect.any(Number) });
      expect(transform.lines().at(-1)).toMatchObject({
        level: 'ERROR',
        scheduledTime: event(45).scheduledTime,
        failures: [
          { model: 'analytics.purchase_partials', brokenTest: null, message: expect.stringMatching(/amount/) },
        ],
        TransformFailures: 1,
        DataTestFailures: 0,
      });
      await rows('alter table lake.shop_purchases rename column amount_before to amount');
      expect(await transform.call(event(55))).toMatchObject({ failures: [] });
      expect(await summary()).toContainEqual({ country: 'Italy', amount: 75 });
    });

    it('fails when Redshift is out of reach, and says what to do', async () => {
      const alone = await start({ AWS_ENDPOINT_URL_REDSHIFT_DATA: 'http://127.0.0.1:9' });
      await expect(alone.call(event(5))).rejects.toThrow(/nothing listens there: check the endpoint/);
      expect(alone.lines()).toMatchObject([{ level: 'ERROR', found: expect.stringMatching(/check the endpoint/) }]);
    });

    it('refuses an event that is none', async () => {
      await expect(transform.call({ lookBackHours: 3 })).rejects.toThrow(
        /scheduledTime: expected a time.*found nothing/,
      );
      const none = { scheduledTime: at(1), lookBackHours: 0 };
      await expect(transform.call(none)).rejects.toThrow(/lookBackHours: expected a whole number.*found 0/);
    });

    it('has reported each run in one line, and with metrics of each that came to its end', () => {
      const lines = transform.lines();
      expect(lines.length).toBe(8);
      const measured = lines.filter((line) => metricsIn(line).some(({ name }) => name === 'TransformFailures'));
      expect(measured.length).toBe(6);
    });
  });
});
