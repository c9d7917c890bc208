import { describe, expect, it } from 'vitest';
import type { Account } from '../../lib/app/aws-account.ts';
import { preflight } from '../../lib/app/preflight.ts';
import type { Deployment } from '../../lib/infra/deployment.ts';
import { contracts } from '../support/fixture-project.ts';
import { brokers, dev } from '../support/synthesised.ts';

/** An account in which nothing stands in the way of a first deployment. */
const empty: Account = {
  accountId: async () => '111122223333',
  bootstrapVersion: async () => 21,
  zoneIds: async () => ['use1-az1', 'use1-az2', 'use1-az3', 'use1-az4', 'use1-az5', 'use1-az6'],
  concurrentExecutions: async () => 1000,
  networks: async () => ({ used: 1, quota: 5 }),
  kafkaVersions: async () => ['3.8.x', '3.9.x.kraft'],
  serverlessClusters: async () => 0,
  existingDatabases: async () => [],
  hasNamespace: async () => false,
  stacks: async () => new Map(),
};

/** The stacks that an earlier deployment has made. */
const deployed: Pick<Account, 'stacks'> = {
  stacks: async (names) => new Map(names.map((name) => [name, 'UPDATE_COMPLETE'])),
};

const serverless: Deployment = { ...dev, broker: brokers.serverless };

const failing = async (account: Partial<Account>, deployment: Partial<Deployment> = {}) => {
  const context = { deployment: { ...serverless, ...deployment }, contracts, account: { ...empty, ...account } };
  const findings = await preflight(context);
  return findings.filter(({ isGood }) => !isGood);
};

describe('the checks before a deployment', () => {
  it('find nothing in an empty account, and say what they found', async () => {
    const findings = await preflight({ deployment: serverless, contracts, account: empty });
    expect(findings.map(({ name, isGood }) => `${name} ${isGood}`)).toEqual([
      'account true',
      'bootstrap true',
      'stacks true',
      'zones true',
      'network true',
      'Lambda concurrency true',
      'brokers true',
      'warehouse true',
      'catalogue true',
    ]);
  });

  it('find nothing where the deployment is there already, whose network, databases and namespace are its own', async () => {
    const full = { networks: async () => ({ used: 5, quota: 5 }), hasNamespace: async () => true };
    expect(await failing({ ...deployed, ...full, existingDatabases: async (names) => names })).toEqual([]);
  });

  it.each<[what: string, account: Partial<Account>, deployment: Partial<Deployment>, finding: object]>([
    [
      'credentials of another account',
      {},
      { account: '444455556666' },
      { name: 'account', expected: '444455556666', found: '111122223333' },
    ],
    [
      'an account that was never bootstrapped',
      { bootstrapVersion: async () => null },
      {},
      { name: 'bootstrap', found: 'none', todo: 'run npx cdk bootstrap aws://111122223333/us-east-1' },
    ],
    ['an old bootstrap', { bootstrapVersion: async () => 5 }, {}, { name: 'bootstrap', found: 'version 5' }],
    [
      'a stack that an earlier attempt has left',
      { stacks: async (names) => new Map([[names[0] ?? '', 'ROLLBACK_COMPLETE']]) },
      {},
      { name: 'stacks', found: 'WeirDevNetwork ROLLBACK_COMPLETE' },
    ],
    [
      'a zone that the account does not have',
      { zoneIds: async () => ['use1-az1', 'use1-az2', 'use1-az4'] },
      {},
      { name: 'zones', expected: 'use1-az2, use1-az4, use1-az6', found: 'use1-az1, use1-az2, use1-az4' },
    ],
    [
      'no room for a network',
      { networks: async () => ({ used: 5, quota: 5 }) },
      {},
      { name: 'network', found: '5 of 5' },
    ],
    [
      'the concurrency of a new account, of which example events reserve some',
      { concurrentExecutions: async () => 10 },
      { generate: true },
      { name: 'Lambda concurrency', expected: '101 or more', found: '10', todo: expect.stringContaining('generate') },
    ],
    [
      'a Kafka that MSK has no more',
      { kafkaVersions: async () => ['4.1.x.kraft'] },
      { broker: brokers.express },
      { name: 'brokers', expected: 'Kafka 3.9.x.kraft', found: '4.1.x.kraft' },
    ],
    [
      'a namespace of that name which the deployment has not made',
      { hasNamespace: async () => true },
      {},
      { name: 'warehouse', found: 'weir-dev, without the stack WeirDevWarehouse' },
    ],
    [
      'a database lake of somebody else',
      { existingDatabases: async () => ['lake'] },
      {},
      { name: 'catalogue', found: 'lake' },
    ],
  ])('find %s, and say what to do', async (_, account, deployment, finding) => {
    expect(await failing(account, deployment)).toEqual([
      expect.objectContaining({ todo: expect.stringMatching(/\w/), ...finding }),
    ]);
  });

  it('need one run of a reader for each kafka partition even without example events', async () => {
    const partitions = contracts.reduce((sum, { kafkaPartitions }) => sum + kafkaPartitions, 0);
    const of = (limit: number) => failing({ concurrentExecutions: async () => limit }, { generate: false });
    expect(await of(partitions)).toEqual([]);
    expect(await of(partitions - 1)).toHaveLength(1);
  });

  it('report a check that gets no answer, and still make the others', async () => {
    const refused = async () => {
      throw new Error('EC2 DescribeAvailabilityZones of us-east-1 failed (UnauthorizedOperation)');
    };
    const found = await failing({ zoneIds: refused, existingDatabases: async () => ['lake'] });
    expect(found.map(({ name, found }) => `${name}: ${found}`)).toEqual([
      'zones: EC2 DescribeAvailabilityZones of us-east-1 failed (UnauthorizedOperation)',
      'catalogue: lake',
    ]);
  });

  it('ask nothing more where there are no credentials', async () => {
    const accountId = async () => {
      throw new Error('STS GetCallerIdentity of us-east-1 failed (CredentialsProviderError)');
    };
    const findings = await preflight({ deployment: serverless, contracts, account: { ...empty, accountId } });
    expect(findings).toEqual([expect.objectContaining({ name: 'account', isGood: false, expected: 'an answer' })]);
  });

  it('leave out what is others’ with brokers that exist, and what a deployment without a warehouse has not', async () => {
    const deployment = { ...dev, broker: brokers.existing, zoneIds: null, warehouse: null };
    const findings = await preflight({ deployment, contracts, account: empty });
    const names = findings.map(({ name }) => name);
    for (const name of ['zones', 'network', 'brokers', 'warehouse']) expect(names).not.toContain(name);
  });
});
