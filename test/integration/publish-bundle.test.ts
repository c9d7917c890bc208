import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dashboardFiles } from '../../lib/local/dashboard/dashboard-files.ts';
import type { BareLambda } from '../support/bare-lambda.ts';
import { customResourceEvent, deployedProperties } from '../support/custom-resource.ts';
import { startDeployed } from '../support/deployed-function.ts';
import { startAnswers } from '../support/servers/cloudformation-answers.ts';
import { installLambdaNode } from '../support/servers/lambda-node.ts';
import { describeWithServer } from '../support/servers/requirement.ts';
import { s3Server } from '../support/servers/versitygw.ts';
import { type Synthesis, synthesise } from '../support/synthesis.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = await temporaryFolder();
// This deployment has a dashboard.
const synthesis: Synthesis = await synthesise(join(folder.path, 'out'), folder.path, ['-c', 'deployment=prod']);
const answers = await startAnswers();
afterAll(async () => {
  await answers.stop();
  await folder.remove();
});

const s3ForLambda = { ...s3Server, install: () => Promise.all([s3Server.install(), installLambdaNode()]) };

await describeWithServer(s3ForLambda, (s3) => {
  let publish: BareLambda;
  beforeAll(async () => {
    // The server knows no session tokens.
    publish = await startDeployed(
      synthesis,
      'publish',
      {},
      { AWS_SESSION_TOKEN: '', AWS_ENDPOINT_URL_S3: s3().endpoint },
    );
  });
  afterAll(() => publish.stop());

  const request = (type: 'Create' | 'Update' | 'Delete') => {
    const properties = deployedProperties(synthesis, 'Custom::WeirDashboard', { DashboardBucket: s3().bucket });
    return publish.call(customResourceEvent(type, { properties, answersUrl: answers.url, physicalId: s3().bucket }));
  };
  const keys = async () => {
    const client = s3().client();
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: s3().bucket }));
    client.destroy();
    return Contents.map(({ Key = '' }) => Key).sort();
  };

  it('writes the dashboard as it was built, with media types and the issuer of the deployment, and removes older files', async () => {
    const client = s3().client();
    await client.send(new PutObjectCommand({ Bucket: s3().bucket, Key: 'dashboard/gone.js', Body: 'old' }));
    await request('Create');
    expect(answers.taken.at(-1)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: s3().bucket });
    const files = await dashboardFiles()();
    expect(await keys()).toEqual([...Object.keys(files), 'config.json'].map((name) => `dashboard/${name}`).sort());
    const { Body, ContentType, CacheControl } = await client.send(
      new GetObjectCommand({ Bucket: s3().bucket, Key: 'dashboard/index.html' }),
    );
    expect(await Body?.transformToString()).toBe(files['index.html']);
    expect({ ContentType, CacheControl }).toEqual({
      ContentType: 'text/html; charset=utf-8',
      CacheControl: 'no-cache',
    });
    const config = await client.send(new GetObjectCommand({ Bucket: s3().bucket, Key: 'dashboard/config.json' }));
    expect(JSON.parse((await config.Body?.transformToString()) ?? '')).toMatchObject({
      signIn: { issuer: 'https://issuer.example.com', clientId: 'weir-dashboard' },
    });
    client.destroy();
  });

  it('again changes nothing, and its deletion empties the bucket', async () => {
    const before = await keys();
    await request('Update');
    expect(await keys()).toEqual(before);
    await request('Delete');
    expect(answers.taken.at(-1)).toMatchObject({ Status: 'SUCCESS' });
    expect(await keys()).toEqual([]);
  });
});
