import { Fn, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnCluster, CfnConfiguration, CfnServerlessCluster } from 'aws-cdk-lib/aws-msk';
import { Construct } from 'constructs';
import type { ProvisionedBroker } from './deployment.ts';
import { deploymentName } from './naming.ts';
import { KAFKA_VERSION } from './rules/broker-rules.ts';
import type { WeirStack } from './weir-stack.ts';

/** The brokers' port for IAM clients. */
export const IAM_PORT = 9098;

interface BrokersProps {
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
}

/** An MSK Serverless cluster: IAM only, encrypted in transit and at rest, no sizing. @returns its ARN. */
export function serverlessCluster(stack: WeirStack, { subnetIds, securityGroupId }: BrokersProps): string {
  const cluster = new CfnServerlessCluster(stack, 'Cluster', {
    clusterName: deploymentName(stack.deployment),
    clientAuthentication: { sasl: { iam: { enabled: true } } },
    vpcConfigs: [{ subnetIds: [...subnetIds], securityGroups: [securityGroupId] }],
  });
  cluster.applyRemovalPolicy(stack.dataRemoval);
  return cluster.attrArn;
}

/** An MSK cluster of Express or Standard brokers: IAM only, encrypted in transit and at rest. */
export class ProvisionedCluster extends Construct {
  readonly arn: string;

  constructor(stack: WeirStack, broker: ProvisionedBroker, { subnetIds, securityGroupId }: BrokersProps) {
    super(stack, 'Provisioned');
    const { deployment } = stack;
    const isStandard = broker.kind === 'standard';
    const logs = new LogGroup(this, 'BrokerLogs', {
      retention: deployment.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const cluster = new CfnCluster(this, 'Cluster', {
      clusterName: deploymentName(deployment),
      kafkaVersion: KAFKA_VERSION,
      numberOfBrokerNodes: broker.brokers,
      brokerNodeGroupInfo: {
        instanceType: broker.instanceType,
        clientSubnets: [...subnetIds],
        securityGroups: [securityGroupId],
        connectivityInfo: { publicAccess: { type: 'DISABLED' } },
        // Express brokers have elastic storage.
        ...(isStandard ? { storageInfo: { ebsStorageInfo: { volumeSize: broker.storageGibibytes } } } : {}),
      },
      clientAuthentication: { sasl: { iam: { enabled: true } }, unauthenticated: { enabled: false } },
      encryptionInfo: { encryptionInTransit: { clientBroker: 'TLS', inCluster: true } },
      loggingInfo: { brokerLogs: { cloudWatchLogs: { enabled: true, logGroup: logs.logGroupName } } },
      ...(isStandard ? { configurationInfo: this.configuration(stack) } : {}),
    });
    cluster.applyRemovalPolicy(stack.dataRemoval);
    this.arn = cluster.attrArn;
  }

  /** The defaults of Express brokers: no acknowledged record is lost with a broker, no topic is created by accident. */
  private configuration(stack: WeirStack): CfnCluster.ConfigurationInfoProperty {
    const configuration = new CfnConfiguration(this, 'Configuration', {
      name: deploymentName(stack.deployment),
      serverProperties: [
        'auto.create.topics.enable=false',
        'default.replication.factor=3',
        'min.insync.replicas=2',
        'unclean.leader.election.enable=false',
      ].join('\n'),
    });
    return { arn: configuration.attrArn, revision: 1 };
  }
}

/** The ARNs of a cluster's topics and groups, which hold its name and its id. */
export function clusterNames(stack: Stack, clusterArn: string) {
  // arn:aws:kafka:REGION:ACCOUNT:cluster/NAME/ID
  const [cluster, id] = [1, 2].map((part) => Fn.select(part, Fn.split('/', clusterArn)));
  const resource = (kind: string, name: string) =>
    stack.formatArn({ service: 'kafka', resource: kind, resourceName: `${cluster}/${id}/${name}` });
  return {
    topicArn: (topic: string) => resource('topic', topic),
    groupArn: (group: string) => resource('group', group),
  };
}
