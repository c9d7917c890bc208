import type { Broker, Deployment, ProvisionedBroker } from '../deployment.ts';
import { isWhole, type Rule } from './rule.ts';
import { MSK_SERVERLESS_REGIONS, REGIONS_OF_TWO_ZONES } from './service-regions.ts';
import { ZONES } from './zones.ts';

/**
 * The version of Express and Standard brokers, in MSK's notation, with KRaft. Express brokers have no other metadata
 * mode in 3.9, so MSK refuses "3.9.x" for them ("Express instance types are not supported for Kafka version 3.9.x").
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/supported-kafka-versions.html
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/kraft-intro.html
 * @see https://github.com/hashicorp/terraform-provider-aws/issues/48309
 */
export const KAFKA_VERSION = '3.9.x.kraft';

/** The values that MSK accepts, and what must be stated for an existing cluster. */
export function brokerRules({ broker, region }: Deployment): readonly Rule[] {
  switch (broker.kind) {
    case 'serverless':
      return [
        {
          setting: 'region',
          holds: MSK_SERVERLESS_REGIONS.includes(region),
          expected: `a region with MSK Serverless (${MSK_SERVERLESS_REGIONS.join(', ')})`,
          found: region,
          todo: 'choose one of them, or another kind of broker',
        },
      ];
    case 'express':
    case 'standard':
      return provisionedRules(broker, region);
    case 'existing':
      return existingRules(broker, region);
    default:
      return broker satisfies never;
  }
}

/**
 * Instance types by kind. AWS's page also lists kafka.t3.small, but CreateCluster has refused it for new clusters of
 * Kafka 3.9 and later since the summer of 2026 ("Unsupported InstanceType", reported by three projects): a deployment
 * would fail after twenty minutes.
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/broker-instance-sizes.html
 */
const instances: {
  readonly [Kind in ProvisionedBroker['kind']]: { readonly families: string[]; readonly least: string };
} = {
  express: { families: ['express.m7g'], least: 'express.m7g.large' },
  standard: { families: ['kafka.m7g', 'kafka.m5'], least: 'kafka.m7g.large' },
};
const SIZE = /^\.(large|xlarge|(2|4|8|12|16|24)xlarge)$/;

function provisionedRules(broker: ProvisionedBroker, region: string): readonly Rule[] {
  const { kind, instanceType, brokers, storageGibibytes } = broker;
  const { families, least } = instances[kind];
  return [
    {
      setting: 'region',
      holds: !REGIONS_OF_TWO_ZONES.includes(region),
      expected: 'a region where brokers get three zones',
      found: region,
      todo: 'choose another region',
    },
    {
      setting: 'broker.instanceType',
      holds: families.some((one) => instanceType.startsWith(one) && SIZE.test(instanceType.slice(one.length))),
      expected: `a size of ${families.join(' or ')}, as ${kind} brokers have`,
      found: instanceType,
      todo: `take ${least} when in doubt`,
    },
    {
      setting: 'broker.brokers',
      holds: isWhole(brokers, ZONES, 30) && brokers % ZONES === 0,
      expected: 'a multiple of 3 from 3 to 30, as many in each zone',
      found: brokers,
      todo: 'take 3 when in doubt',
    },
    {
      setting: 'broker.storageGibibytes',
      holds: kind === 'express' || isWhole(storageGibibytes ?? 0, 1, 16_384),
      expected: 'gibibytes from 1 to 16384, for Standard brokers',
      found: storageGibibytes,
      todo: 'a day of 1,000 events/s of 500 bytes takes 43 GB on each of three brokers',
    },
  ];
}

function existingRules(broker: Extract<Broker, { kind: 'existing' }>, region: string): readonly Rule[] {
  return [
    {
      setting: 'broker.clusterArn',
      holds: new RegExp(`^arn:aws[a-z-]*:kafka:${region}:\\d{12}:cluster/[^/]+/[^/]+$`).test(broker.clusterArn),
      expected: `arn:aws:kafka:${region}:ACCOUNT:cluster/NAME/UUID`,
      found: broker.clusterArn,
      todo: 'take it from "aws kafka list-clusters-v2"; it must be in the deployment’s region',
    },
    {
      setting: 'broker.bootstrapServers',
      holds: /^[\w.-]+:9098(,[\w.-]+:9098)*$/.test(broker.bootstrapServers),
      expected: 'host:9098,…: within the network, by IAM',
      found: broker.bootstrapServers,
      todo: 'take BootstrapBrokerStringSaslIam from "aws kafka get-bootstrap-brokers"; if there is none, turn on IAM authentication',
    },
    {
      setting: 'broker.subnetIds',
      holds:
        new Set(broker.subnetIds).size >= ZONES &&
        new Set(broker.availabilityZones).size >= ZONES &&
        broker.subnetIds.length === broker.availabilityZones.length,
      expected: 'three private subnets or more in three zones or more, and as many availabilityZones in the same order',
      found: { subnetIds: broker.subnetIds, availabilityZones: broker.availabilityZones },
      todo: 'name the subnets that reach the brokers; Redshift Serverless wants three zones',
    },
    ...(
      [
        ['vpcId', /^vpc-[0-9a-f]+$/, broker.vpcId],
        ['securityGroupId', /^sg-[0-9a-f]+$/, broker.securityGroupId],
      ] as const
    ).map(([name, form, found]) => ({
      setting: `broker.${name}`,
      holds: form.test(found),
      expected: `the id of one, ${form.source}`,
      found,
      todo: 'take it from "aws kafka describe-cluster-v2"',
    })),
  ];
}
