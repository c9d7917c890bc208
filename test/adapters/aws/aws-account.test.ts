import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { awsAccount } from '../../../lib/adapters/aws/aws-account.ts';

type Answer = readonly [status: number, body: string];

const json = (value: object): Answer => [200, JSON.stringify(value)];
const refused = (type: string): Answer => [400, JSON.stringify({ __type: type, message: 'refused' })];
const xml = (name: string, fields: string): Answer => [200, `<${name}>${fields}</${name}>`];

/** What each service answers; a list is a page each, asked for by the token of the one before. */
let answers: Record<string, readonly Answer[]>;
let asked: string[];

/** Answers by the service that a request was signed for, in that service's own protocol. */
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const [, region = '', service = ''] =
    /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(request.headers.authorization ?? '') ?? [];
  const pages = answers[service] ?? [];
  const [status, body] = pages[asked.filter((one) => one === `${service} ${region}`).length] ?? [500, ''];
  asked.push(`${service} ${region}`);
  response.writeHead(status).end(body);
});
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

let account: ReturnType<typeof awsAccount>;
beforeEach(() => {
  asked = [];
  const address = server.address();
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'testing');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'testing');
  account = awsAccount('eu-west-1');
});
afterEach(() => account.close());

it('an account says which it is, in the region of the deployment', async () => {
  const identity = '<GetCallerIdentityResult><Account>111122223333</Account></GetCallerIdentityResult>';
  answers = { sts: [xml('GetCallerIdentityResponse', identity)] };
  expect(await account.accountId()).toBe('111122223333');
  expect(asked).toEqual(['sts eu-west-1']);
});

it('a bootstrap is a version, or none', async () => {
  answers = { ssm: [json({ Parameter: { Value: '21' } }), refused('ParameterNotFound')] };
  expect(await account.bootstrapVersion()).toBe(21);
  expect(await account.bootstrapVersion()).toBeNull();
});

it('zones are those that are available', async () => {
  const zone = (id: string, state: string) => `<item><zoneState>${state}</zoneState><zoneId>${id}</zoneId></item>`;
  const zones = `${zone('euw1-az1', 'available')}${zone('euw1-az2', 'unavailable')}`;
  answers = {
    ec2: [xml('DescribeAvailabilityZonesResponse', `<availabilityZoneInfo>${zones}</availabilityZoneInfo>`)],
  };
  expect(await account.zoneIds()).toEqual(['euw1-az1']);
});

it('networks are counted over all pages, beside their quota', async () => {
  const page = (count: number, more: string) =>
    xml('DescribeVpcsResponse', `<vpcSet>${'<item><vpcId>v</vpcId></item>'.repeat(count)}</vpcSet>${more}`);
  answers = {
    ec2: [page(2, '<nextToken>more</nextToken>'), page(1, '')],
    servicequotas: [json({ Quota: { Value: 5 } })],
  };
  expect(await account.networks()).toEqual({ used: 3, quota: 5 });
});

it('versions of Kafka are the active ones, clusters of MSK Serverless are counted', async () => {
  const version = (Version: string, Status: string) => ({ version: Version, status: Status });
  answers = {
    kafka: [
      json({ kafkaVersions: [version('2.2.1', 'DEPRECATED'), version('3.9.x.kraft', 'ACTIVE')] }),
      json({ clusterInfoList: [{ clusterName: 'one' }] }),
    ],
  };
  expect(await account.kafkaVersions()).toEqual(['3.9.x.kraft']);
  expect(await account.serverlessClusters()).toBe(1);
});

it('the concurrency of functions is the account’s', async () => {
  answers = { lambda: [json({ AccountLimit: { ConcurrentExecutions: 10 } })] };
  expect(await account.concurrentExecutions()).toBe(10);
});

it('databases and a namespace are there or not', async () => {
  answers = {
    glue: [json({ Database: { Name: 'lake' } }), refused('EntityNotFoundException')],
    'redshift-serverless': [json({ namespace: { namespaceName: 'weir-dev' } }), refused('ResourceNotFoundException')],
  };
  expect(await account.existingDatabases(['lake', 'other'])).toEqual(['lake']);
  expect(await account.hasNamespace('weir-dev')).toBe(true);
  expect(await account.hasNamespace('weir-dev')).toBe(false);
});

it('stacks are those of the names, with their states', async () => {
  const stack = (name: string, state: string) =>
    `<member><StackName>${name}</StackName><StackStatus>${state}</StackStatus></member>`;
  const stacks = `${stack('WeirDevLake', 'UPDATE_COMPLETE')}${stack('CDKToolkit', 'CREATE_COMPLETE')}`;
  const result = `<DescribeStacksResult><Stacks>${stacks}</Stacks></DescribeStacksResult>`;
  answers = { cloudformation: [xml('DescribeStacksResponse', result)] };
  expect(await account.stacks(['WeirDevLake', 'WeirDevStream'])).toEqual(new Map([['WeirDevLake', 'UPDATE_COMPLETE']]));
});

it('a refusal names the request, the code and what to do', async () => {
  answers = { glue: [refused('AccessDeniedException')] };
  await expect(account.existingDatabases(['lake'])).rejects.toThrow(
    /^Glue GetDatabase of lake failed \(AccessDeniedException, HTTP 400\).*grant the role this action$/,
  );
});
