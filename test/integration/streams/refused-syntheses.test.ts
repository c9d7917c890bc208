import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkoutWith, readmeStream } from '../../support/readme-stream.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = await temporaryFolder();
const root = join(folder.path, 'checkout');
afterAll(() => folder.remove());

const DEPLOYMENTS = 'weir.config.ts';
const PURCHASES = 'streams/shop/purchases.ts';
const INDEX = 'streams/shop/index.ts';
const existing = `broker: { kind: 'existing', clusterArn: 'arn:aws:kafka:us-east-1:111122223333:cluster/a/b', bootstrapServers: '',
  vpcId: 'vpc-1', availabilityZones: ['a', 'b', 'c'], subnetIds: ['s', 't', 'u'], securityGroupId: 'sg-1', createTopics: true },`;

/** What `npx cdk synth` says when a text of a file is another one. */
async function synthesised(file: string, from: string, to: string): Promise<readonly string[]> {
  const path = join(root, file);
  const text = readFileSync(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${file}: expected ${from}, found nothing like it`);
  writeFileSync(path, text.replace(from, to));
  try {
    const cdk = join(root, 'node_modules', 'aws-cdk', 'bin', 'cdk');
    const args = [cdk, 'synth', '--quiet', '--output', join(folder.path, 'out')];
    const env = { PATH: process.env.PATH ?? '', HOME: folder.path, AWS_EC2_METADATA_DISABLED: 'true', CI: 'true' };
    return await new Promise((resolve) => {
      execFile(process.execPath, args, { cwd: root, env }, (error, stdout, stderr) => {
        resolve(error === null ? ['it was synthesised'] : `${stdout}${stderr}`.trim().split('\n'));
      });
    });
  } finally {
    writeFileSync(path, text);
  }
}

describe('npx cdk synth stops with one message, without a stack trace', () => {
  beforeAll(async () => {
    checkoutWith(readmeStream(), root);
    await promisify(execFile)('npx', ['tsx', 'bin/weir.ts', 'accept'], { cwd: root });
  });

  it.each([
    [
      'an unknown setting',
      DEPLOYMENTS,
      'generate: true,',
      'generate: true, genrate: true,',
      /expected name, .*"genrate"; remove it/,
    ],
    [
      'a region without MSK Serverless',
      DEPLOYMENTS,
      "'us-east-1'",
      "'af-south-1'",
      /MSK Serverless .*"af-south-1"; choose one/,
    ],
    [
      'a missing bootstrap',
      DEPLOYMENTS,
      "broker: { kind: 'serverless' },",
      existing,
      /host:9098.*found ""; take Bootstrap/,
    ],
    [
      'a stream of another name',
      'streams/search/offers.ts',
      "'search.offers'",
      "'search.bids'",
      /^search.offers: .*permanent.*bring it back/,
    ],
    [
      'a stream that is gone',
      INDEX,
      '\n  { contract: shopFeedback, generator: shopFeedbackGenerator },',
      '',
      /^shop.feedback: .*its topic and table have data: bring it back/,
    ],
    [
      'a narrower contract',
      PURCHASES,
      'nullable: true',
      'nullable: false',
      /was nullable, is required; make a new version/,
    ],
    [
      'a field that is not on record',
      PURCHASES,
      '    event_id: string(',
      "    note: string('Note.', { nullable: true }),\n    event_id: string(",
      /^shop\.purchases: .*found none of note string; run weir accept/,
    ],
    [
      'a model that is none',
      'sql/staging/chat_rooms.sql',
      '-- kept:',
      '-- keptt:',
      /^sql\/staging\/chat_rooms\.sql: expected one of grain, kept, .*found "keptt"$/,
    ],
    [
      'another CDK CLI',
      'package.json',
      '"aws-cdk": "',
      '"aws-cdk": "1',
      /CDK CLI: expected 1\S+, found 2\S+; run the project’s own/,
    ],
  ])('%s', async (_, file, from, to, expected) => {
    const said = await synthesised(file, from, to);
    const [message = '', ...others] = said.filter((line) => line !== 'contracts break what was released:');
    expect(message).toMatch(expected);
    expect(others).toEqual([expect.stringMatching(/^node .*bin\/app\.ts: Subprocess exited with error 1$/)]);
  });
});
