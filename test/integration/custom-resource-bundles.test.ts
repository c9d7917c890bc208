import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CustomResourceEvent } from '../../lambdas/custom-resource.ts';
import { type BareLambda, bareLambda } from '../support/bare-lambda.ts';
import { customResourceEvent, deployedProperties } from '../support/custom-resource.ts';
import { functions } from '../support/function-findings.ts';
import { startAnswers } from '../support/servers/cloudformation-answers.ts';
import { type ControlPlane, startControlPlane } from '../support/servers/control-plane.ts';
import { type DataApi, startDataApi } from '../support/servers/data-api.ts';
import { installLambdaNode } from '../support/servers/lambda-node.ts';
import { postgresServer } from '../support/servers/postgres.ts';
import { describeWithServer } from '../support/servers/requirement.ts';
import { functionOf, type Synthesis, synthesise } from '../support/synthesis.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const WORKGROUP = 'arn:aws:redshift-serverless:us-east-1:111122223333:workgroup/one';
const OTHER_WORKGROUP = 'arn:aws:redshift-serverless:us-east-1:111122223333:workgroup/two';
const CLUSTER = 'arn:aws:kafka:us-east-1:111122223333:cluster/weir-dev/0a1b2c3d-s1';
const ROLE = 'arn:aws:iam::111122223333:role/spectrum';
const SECRET = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:redshift!weir-dev-weir_admin-AbCdEf';

const folder = await temporaryFolder();
const synthesis: Synthesis = await synthesise(join(folder.path, 'out'), folder.path);
const answers = await startAnswers();
const running: BareLambda[] = [];
afterAll(async () => {
  await Promise.all(running.map((one) => one.stop()));
  await answers.stop();
  await folder.remove();
});

/** A deployed function, that is asked as CloudFormation asks it; resolves to what it answered. */
async function deployed(lambda: string, endpoints: Readonly<Record<string, string>>) {
  const { asset, variables } = functionOf(synthesis, functions[lambda]?.description ?? '');
  expect(variables).toEqual({});
  const one = await bareLambda({ asset, environment: endpoints, duckdb: false });
  running.push(one);
  return async (
    type: CustomResourceEvent['RequestType'],
    properties: Readonly<Record<string, string>>,
    physicalId?: string,
  ) => {
    const given = { properties, answersUrl: answers.url };
    const before = answers.taken.length;
    await one.call(customResourceEvent(type, physicalId === undefined ? given : { ...given, physicalId }));
    expect(answers.taken.length).toBe(before + 1);
    return answers.taken.at(-1);
  };
}

const controlPlane = {
  name: 'Node of Lambda’s version, and a control plane of these tests’ own',
  install: installLambdaNode,
  start: startControlPlane,
};

await describeWithServer(controlPlane, (plane) => {
  let ask: Awaited<ReturnType<typeof deployed>>;
  const nothing = {};

  describe('brokers, on bare Node 24', () => {
    const properties = deployedProperties(synthesis, 'Custom::WeirBrokers', { Cluster: CLUSTER });
    const addresses = 'boot-1.c1.kafka-serverless.us-east-1.amazonaws.com:9098';
    beforeAll(async () => {
      ask = await deployed('brokers', { AWS_ENDPOINT_URL_KAFKA: plane().endpoint });
    });
    beforeEach(() => {
      plane().clusters.clear();
      plane().clusters.set(CLUSTER, addresses);
    });

    it.each(['Create', 'Update'] as const)('%s tells where they are, and again the same', async (type) => {
      const told = {
        Status: 'SUCCESS',
        PhysicalResourceId: CLUSTER,
        Data: { BootstrapServers: addresses },
      };
      expect(await ask(type, properties, type === 'Update' ? CLUSTER : undefined)).toMatchObject(told);
      expect(await ask(type, properties, type === 'Update' ? CLUSTER : undefined)).toMatchObject(told);
    });

    it('Delete asks nobody, and has nothing to take away', async () => {
      const asked = plane().asked.length;
      expect(await ask('Delete', properties, CLUSTER)).toMatchObject({
        Status: 'SUCCESS',
        PhysicalResourceId: CLUSTER,
      });
      expect(plane().asked.length).toBe(asked);
    });

    it('a cluster without IAM fails with what to do', async () => {
      plane().clusters.set(CLUSTER, undefined);
      expect(await ask('Create', properties)).toMatchObject({
        Status: 'FAILED',
        Reason: `${CLUSTER}: expected brokers for IAM, found none; turn on IAM authentication for the cluster`,
      });
    });

    it('a cluster that there is not fails, and the change of one keeps its name', async () => {
      plane().clusters.clear();
      const failed = { Status: 'FAILED', Reason: expect.stringMatching(/MSK GetBootstrapBrokers .*NotFoundException/) };
      expect(await ask('Create', properties)).toMatchObject({ ...failed, PhysicalResourceId: 'weir-never-made' });
      expect(await ask('Update', properties, CLUSTER)).toMatchObject({ ...failed, PhysicalResourceId: CLUSTER });
    });

    it('a passing failure of MSK is not noticed; one of permissions says what to do', async () => {
      plane().plant({ operation: 'GetBootstrapBrokers', status: 503, type: 'ServiceUnavailableException' });
      expect(await ask('Create', properties)).toMatchObject({ Status: 'SUCCESS' });
      plane().plant({ operation: 'GetBootstrapBrokers', status: 403, type: 'AccessDeniedException' });
      expect(await ask('Create', properties)).toMatchObject({
        Status: 'FAILED',
        Reason: expect.stringContaining('grant the role this action'),
      });
    });

    it('a request without its property fails by name', async () => {
      expect(await ask('Create', nothing)).toMatchObject({
        Status: 'FAILED',
        Reason: expect.stringMatching(/^ClusterArn: expected/),
      });
    });
  });

  describe('usage-limit, on bare Node 24', () => {
    const properties = deployedProperties(synthesis, 'Custom::WeirUsageLimit', { Workgroup: WORKGROUP });
    const hours = (DailyRpuHours: string, WorkgroupArn = WORKGROUP) => ({ ...properties, WorkgroupArn, DailyRpuHours });
    const kept = () => [...plane().limits.values()];
    beforeAll(async () => {
      ask = await deployed('usage-limit', { AWS_ENDPOINT_URL_REDSHIFT_SERVERLESS: plane().endpoint });
    });

    it('Create makes one a day that refuses queries, and again changes nothing', async () => {
      const first = await ask('Create', properties);
      expect(first).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'limit-1' });
      expect(await ask('Create', properties)).toEqual(first);
      expect(kept()).toEqual([
        {
          usageLimitId: 'limit-1',
          resourceArn: WORKGROUP,
          usageType: 'serverless-compute',
          period: 'daily',
          amount: 8,
          breachAction: 'deactivate',
        },
      ]);
    });

    it('Update changes its amount under the same name', async () => {
      const changed = { Status: 'SUCCESS', PhysicalResourceId: 'limit-1' };
      expect(await ask('Update', hours('20'), 'limit-1')).toMatchObject(changed);
      expect(await ask('Update', hours('20'), 'limit-1')).toMatchObject(changed);
      expect(kept()).toMatchObject([{ usageLimitId: 'limit-1', amount: 20 }]);
    });

    it('Update to another warehouse makes one there; CloudFormation then deletes the old one', async () => {
      const moved = await ask('Update', hours('20', OTHER_WORKGROUP), 'limit-1');
      expect(moved).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'limit-2' });
      expect(await ask('Delete', hours('20'), 'limit-1')).toMatchObject({ Status: 'SUCCESS' });
      expect(kept()).toMatchObject([{ usageLimitId: 'limit-2', resourceArn: OTHER_WORKGROUP }]);
    });

    it('Delete takes it away, and again succeeds', async () => {
      for (let times = 0; times < 2; times++) {
        expect(await ask('Delete', hours('20'), 'limit-2')).toMatchObject({ Status: 'SUCCESS' });
        expect(kept()).toEqual([]);
      }
    });

    it('a creation whose answer was lost is taken over', async () => {
      const lost = { status: 500, type: 'InternalServerException', afterwards: true };
      plane().plant({ operation: 'CreateUsageLimit', ...lost });
      expect(await ask('Create', properties)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'limit-3' });
      expect(kept()).toMatchObject([{ usageLimitId: 'limit-3', amount: 8 }]);
      await ask('Delete', properties, 'limit-3');
    });

    it('an amount that is none fails by name, and what was never made needs no deletion', async () => {
      const asked = plane().asked.length;
      expect(await ask('Create', hours('0'))).toMatchObject({
        Status: 'FAILED',
        Reason: 'DailyRpuHours: expected a whole number, found "0"',
        PhysicalResourceId: 'weir-never-made',
      });
      expect(await ask('Delete', hours('0'), 'weir-never-made')).toMatchObject({ Status: 'SUCCESS' });
      expect(plane().asked.length).toBe(asked);
    });
  });
});

const warehouse = {
  ...postgresServer,
  install: () => Promise.all([postgresServer.install(), installLambdaNode()]),
};

await describeWithServer(warehouse, (postgres) => {
  describe('schemas, on bare Node 24', () => {
    let ask: Awaited<ReturnType<typeof deployed>>;
    let api: DataApi;
    let plane: ControlPlane;
    const properties = deployedProperties(synthesis, 'Custom::WeirExternalSchemas', {
      Workgroup: 'weir-dev',
      SpectrumRole: ROLE,
    });
    beforeAll(async () => {
      [api, plane] = [await startDataApi(postgres().url), await startControlPlane()];
      ask = await deployed('schemas', {
        AWS_ENDPOINT_URL_REDSHIFT_DATA: api.endpoint,
        AWS_ENDPOINT_URL_REDSHIFT_SERVERLESS: plane.endpoint,
      });
    });
    beforeEach(() => {
      plane.namespaces.clear();
      plane.namespaces.set('weir-dev', SECRET);
    });
    afterAll(() => Promise.all([api.stop(), plane.stop()]));

    const schemas = async () => {
      const client = new Client({ connectionString: postgres().url });
      await client.connect();
      const { rows } = await client.query(
        `select nspname, obj_description(oid, 'pg_namespace') as shows from pg_namespace
          where obj_description(oid, 'pg_namespace') like 'catalogue%' order by 1`,
      );
      await client.end();
      return rows.map(({ nspname, shows }) => `${nspname}: ${shows}`);
    };
    const both = [
      `lake: catalogue database lake as ${ROLE}`,
      `s3_spectrum_random_profile: catalogue database random_profile as ${ROLE}`,
    ];

    it('Create makes those of the template, and Create and Update again change nothing', async () => {
      const made = { Status: 'SUCCESS', PhysicalResourceId: 'weir-dev/weir' };
      expect(await ask('Create', properties)).toMatchObject(made);
      expect(await schemas()).toEqual(both);
      expect(await ask('Create', properties)).toMatchObject(made);
      expect(await ask('Update', properties, 'weir-dev/weir')).toMatchObject(made);
      expect(await schemas()).toEqual(both);
    });

    it('makes the user of the models, who may make schemas and use the lake, and the role of readers', async () => {
      const client = new Client({ connectionString: postgres().url });
      await client.connect();
      const { rows } = await client.query(
        `select has_database_privilege('IAMR:weir-dev-runner', current_database(), 'create') as makes,
           has_schema_privilege('IAMR:weir-dev-runner', 'lake', 'usage') as uses,
           has_schema_privilege('weir_reader', 'lake', 'usage') as reader_uses`,
      );
      await client.end();
      expect(rows).toEqual([{ makes: true, uses: true, reader_uses: false }]);
    });

    it('Delete leaves them, whatever reads them, and asks nobody', async () => {
      const asked = [api.asked.length, plane.asked.length];
      expect(await ask('Delete', properties, 'weir-dev/weir')).toMatchObject({ Status: 'SUCCESS' });
      expect([api.asked.length, plane.asked.length]).toEqual(asked);
      expect(await schemas()).toEqual(both);
    });

    it('a statement that fails is reported in the database’s words, and those after it are not run', async () => {
      const Statements = JSON.stringify([{ sql: 'select 1 / 0' }, { sql: 'create schema never_made' }]);
      expect(await ask('Update', { ...properties, Statements }, 'weir-dev/weir')).toMatchObject({
        Status: 'FAILED',
        Reason: expect.stringMatching(/weir-dev\/weir failed.*the statement failed: ERROR: division by zero/),
        PhysicalResourceId: 'weir-dev/weir',
      });
      expect(await ask('Update', { ...properties, Statements: '[{"sql":"drop schema never_made"}]' })).toMatchObject({
        Status: 'FAILED',
        Reason: expect.stringContaining('does not exist'),
      });
    });

    it('a warehouse that sleeps is waited for', async () => {
      api.plant({ operation: 'ExecuteStatement', status: 500, type: 'InternalServerException' });
      api.plant({ operation: 'DescribeStatement', status: 500, type: 'InternalServerException' });
      expect(await ask('Create', properties)).toMatchObject({ Status: 'SUCCESS' });
    });

    it('a namespace without a kept password fails, and one that there is not', async () => {
      plane.namespaces.set('weir-dev', undefined);
      expect(await ask('Create', properties)).toMatchObject({
        Status: 'FAILED',
        Reason: expect.stringContaining('expected a password that Secrets Manager keeps, found none'),
      });
      plane.namespaces.clear();
      expect(await ask('Create', properties)).toMatchObject({
        Status: 'FAILED',
        Reason: expect.stringMatching(/GetNamespace of weir-dev failed \(ResourceNotFoundException/),
      });
    });

    it('statements that are no list fail by name', async () => {
      expect(await ask('Create', { ...properties, Statements: '{"a":1}' })).toMatchObject({
        Status: 'FAILED',
        Reason: 'Statements: expected a JSON list of { sql, unless }, found something else',
      });
    });
  });
});
