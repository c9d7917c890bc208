import type { Contract } from '../../lib/contracts/contract.ts';
import type { Broker, Deployment, Live } from '../../lib/infra/deployment.ts';
import { ofType, type Resource, type Templates, templatesOf } from '../../lib/infra/templates.ts';
import { contracts as allContracts, generators } from '../fixtures/eleven-streams.ts';
import { deployments, fixture } from './fixture-project.ts';

export { ofType, type Resource, type Templates };

export const [dev, prod] = ['dev', 'prod'].map((name) => {
  const found = deployments.find((one) => one.name === name);
  if (found === undefined) throw new Error(`expected an example deployment ${name}, found none`);
  return found;
}) as [Deployment, Deployment];

/** One broker of each kind. */
export const brokers: { readonly [Kind in Broker['kind']]: Broker } = {
  serverless: { kind: 'serverless' },
  express: { kind: 'express', instanceType: 'express.m7g.large', brokers: 3 },
  standard: { kind: 'standard', instanceType: 'kafka.m7g.large', brokers: 3, storageGibibytes: 50 },
  existing: {
    kind: 'existing',
    clusterArn: 'arn:aws:kafka:us-east-1:111122223333:cluster/shared/0a1b2c3d-1',
    bootstrapServers: 'b-1.shared.example.com:9098,b-2.shared.example.com:9098',
    vpcId: 'vpc-0123456789abcdef0',
    availabilityZones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
    subnetIds: ['subnet-0000000000000000a', 'subnet-0000000000000000b', 'subnet-0000000000000000c'],
    securityGroupId: 'sg-0123456789abcdef0',
    createTopics: true,
  },
};

/** The live metrics of `dev`, for the programs of a user pool, and for people at the dashboard. */
export const byUserPool: Live | null = dev.live && {
  ...dev.live,
  auth: { kind: 'cognito', programs: true },
  dashboard: { priceClass: '100', webAclArn: null, clientId: null },
};

/** The templates of `dev`, with changed settings or contracts; functions are not bundled. */
export function synthesised(
  change: Partial<Deployment> = {},
  contracts: readonly Contract[] = allContracts,
): Templates {
  return templatesOf({ ...dev, ...change }, { ...fixture, contracts, generators });
}

/** The properties of the only resource of that type. */
export function only(templates: Templates, type: string): Record<string, unknown> {
  const found = [...ofType(templates, type).values()];
  if (found.length !== 1) throw new Error(`expected one ${type}, found ${found.length}`);
  return found[0]?.Properties ?? {};
}
