import { join } from 'node:path';
import { GetPartitionsCommand, UpdatePartitionCommand } from '@aws-sdk/client-glue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emulatedDeployment, emulatedServers } from '../support/emulated/deployment.ts';
import { describeWithServer } from '../support/servers/requirement.ts';
import { type Synthesis, synthesise } from '../support/synthesis.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { weir } from '../support/weir-process.ts';

const folder = await temporaryFolder();
const synthesis: Synthesis = await synthesise(join(folder.path, 'out'), folder.path);
afterAll(() => folder.remove());

/** Each is the command, which waits where something does not arrive. */
const TIME_LIMIT_MS = 240_000;
const DENIED = '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>';

await describeWithServer(emulatedServers, (servers) => {
  let deployment: Awaited<ReturnType<typeof emulatedDeployment>>;
  beforeAll(async () => {
    deployment = await emulatedDeployment(synthesis, servers());
  }, TIME_LIMIT_MS);
  afterAll(() => deployment?.stop());

  const verify = (waitSeconds: number) =>
    weir(['verify', '--deployment', 'dev', '--wait', String(waitSeconds)], deployment.environment);

  const passes = async () => {
    const { code, stdout, stderr } = await verify(120);
    expect(code, stdout + stderr).toBe(0);
    return stdout;
  };

  const stops = async (waitSeconds = 20) => {
    const { code, stdout, stderr } = await verify(waitSeconds);
    expect(code, stdout + stderr).toBe(1);
    return stdout.trimEnd().split('\n').at(-1);
  };

  describe('weir verify', () => {
    it(
      'follows a probe through a deployment that works, twice',
      async () => {
        for (let times = 0; times < 2; times += 1) {
          expect(await passes()).toMatch(
            /^Deployment dev in us-east-1, probe [0-9a-f-]{36}\nok {6}mappings: \d+ enabled\nok {6}send: .*\nok {6}lake: .*\nok {6}dead letters: the bad record, not_json\nok {6}live: a record of each of [1-9]\d* streams is counted\nok {6}models: .*\nok {6}warehouse: .*\n$/,
          );
        }
      },
      2 * TIME_LIMIT_MS,
    );

    it(
      'finds a mapping that is disabled',
      async () => {
        await deployment.disable('sink', 'shop.purchases');
        expect(await stops()).toMatch(
          /^STOPPED mappings: .* to the sink, found shop\.purchases: Disabled; .*its alarm: StreamSilent /,
        );
        await deployment.enable('sink', 'shop.purchases');
        await passes();
      },
      TIME_LIMIT_MS,
    );

    it(
      'finds a role that may not write objects',
      async () => {
        deployment.store.obstacle = { method: 'PUT', status: 403, body: DENIED };
        expect(await stops()).toMatch(/^STOPPED lake: .*PROBLEM: Function call failed.*its alarm: SinkErrors /);
        deployment.store.obstacle = 'none';
        await passes();
      },
      TIME_LIMIT_MS,
    );

    it(
      'finds a location in Glue that is not the sink’s',
      async () => {
        const { glue } = deployment;
        const table = { DatabaseName: 'lake', TableName: 'shop_purchases' };
        const { Partitions = [] } = await glue.send(new GetPartitionsCommand(table));
        const locate = async (under: string) => {
          for (const { Values = [], StorageDescriptor } of Partitions) {
            const Location = StorageDescriptor?.Location?.replace('/lake/', `/${under}/`);
            const PartitionInput = { Values, StorageDescriptor: { ...StorageDescriptor, Location } };
            await glue.send(new UpdatePartitionCommand({ ...table, PartitionValueList: Values, PartitionInput }));
          }
        };
        await locate('elsewhere');
        expect(await stops()).toMatch(
          /^STOPPED lake: .*no row of .*shop\.purchases.*, after 20 s; .*its alarm: .*SinkErrors /,
        );
        await locate('lake');
        await passes();
      },
      TIME_LIMIT_MS,
    );

    it(
      'finds a model that fails',
      async () => {
        await deployment.sql('alter table analytics.purchase_partials add constraint planted check (false) not valid');
        expect(await stops(120)).toMatch(
          /^STOPPED models: .*found: analytics\.purchase_partials: .*planted.*its alarm: TransformFailures /,
        );
        await deployment.sql('alter table analytics.purchase_partials drop constraint planted');
        await passes();
      },
      TIME_LIMIT_MS,
    );

    it(
      'finds a store that is away',
      async () => {
        deployment.store.obstacle = 'away';
        expect(await stops()).toMatch(/^STOPPED lake: .*PROBLEM: Function call failed.*its alarm: SinkErrors/);
        deployment.store.obstacle = 'none';
        await passes();
      },
      TIME_LIMIT_MS,
    );
  });
});
