import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnTopic } from 'aws-cdk-lib/aws-msk';
import type { TopicsEnv } from '../../lambdas/topics/env.ts';
import type { Contract } from '../contracts/contract.ts';
import { topicConfig, topicSettings } from '../derive/topic.ts';
import { pascalCase } from './naming.ts';
import type { Brokers } from './stream-stack.ts';
import { WeirFunction } from './weir-function.ts';
import type { WeirStack } from './weir-stack.ts';

/** Every record is on three brokers. */
const REPLICATION_FACTOR = 3;

/** `Topic` and the stream's name: the permanent logical id of a topic's resource. */
const topicId = ({ name }: Contract) => `Topic${pascalCase(name)}`;

/** A topic for each stream, on brokers where CloudFormation can create it: Express and Standard. */
export function addTopicResources(stack: WeirStack, clusterArn: string, contracts: readonly Contract[]): void {
  for (const contract of contracts) {
    const settings = topicSettings(contract);
    const properties = Object.entries(topicConfig(settings)).map(([name, value]) => `${name}=${value}`);
    const topic = new CfnTopic(stack, topicId(contract), {
      clusterArn,
      topicName: settings.topic,
      partitionCount: settings.kafkaPartitions,
      replicationFactor: REPLICATION_FACTOR,
      configs: Buffer.from(properties.join('\n')).toString('base64'),
    });
    topic.applyRemovalPolicy(stack.dataRemoval, { applyToUpdateReplacePolicy: true });
  }
}

/**
 * A topic for each stream, where CloudFormation cannot create it: a function in the network creates and changes it, and
 * never deletes it.
 */
export function addManagedTopics(stack: WeirStack, brokers: Brokers, contracts: readonly Contract[]): void {
  const environment: TopicsEnv = { KAFKA_BROKERS: brokers.bootstrapServers };
  const making = new WeirFunction(stack, 'MakeTopics', {
    deployment: stack.deployment,
    lambda: 'topics',
    description: 'Makes topics and changes what may change of them',
    environment,
    // A few requests at deployment over a TLS connection, which takes seconds on a slower processor.
    memoryMegabytes: 512,
    // Longer than the handler's retries, RETRY_FOR_MS, and one more request.
    timeout: Duration.minutes(4),
    place: {
      ...brokers.clientPlace,
      securityGroups: [...brokers.clientPlace.securityGroups, answersGroup(stack, brokers)],
    },
    statements: topicStatements(
      brokers,
      contracts.map(({ name }) => name),
    ),
  });
  for (const contract of contracts) {
    const topic = new CustomResource(stack, topicId(contract), {
      resourceType: 'Custom::WeirTopic',
      serviceToken: making.fn.functionArn,
      serviceTimeout: Duration.minutes(5),
      properties: { ...topicSettings(contract) },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    topic.node.addDependency(making);
  }
}

/**
 * The IAM permissions for creating topics.
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html
 */
function topicStatements(brokers: Brokers, topics: readonly string[]): PolicyStatement[] {
  return [
    new PolicyStatement({ sid: 'Connect', actions: ['kafka-cluster:Connect'], resources: [brokers.clusterArn] }),
    new PolicyStatement({
      sid: 'Topics',
      actions: [
        'kafka-cluster:AlterTopic',
        'kafka-cluster:AlterTopicDynamicConfiguration',
        'kafka-cluster:CreateTopic',
        'kafka-cluster:DescribeTopic',
        'kafka-cluster:DescribeTopicDynamicConfiguration',
      ],
      resources: topics.map((topic) => brokers.topicArn(topic)),
    }),
  ];
}

/** Allows the function to report its success to CloudFormation; the network only provides access to S3. */
function answersGroup(stack: WeirStack, { clientPlace }: Brokers): SecurityGroup {
  const group = new SecurityGroup(stack, 'AnswersSecurityGroup', {
    vpc: clientPlace.vpc,
    description: 'Answers to CloudFormation by way of the network endpoint of S3',
    allowAllOutbound: false,
  });
  group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'S3, whose addresses change');
  return group;
}
